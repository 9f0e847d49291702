package hclspec_test

import "testing"

func TestWrongFormulas(t *testing.T) {
	rows := `step "rows" "q" {
  rows = [{ n = 1, f = 0.5, text = "a", note = "b", list = [1], names = ["a"], o = { a = 1 } }, { n = 2, f = 1.5, text = "a", note = null, list = [], names = [], o = null }]
}
`
	where := func(name, expr, want string) wrong {
		return wrong{name: "where " + name, new: rows + `step "filter" "kept" {
  from  = step.q
  where = ` + expr + "\n}\n", want: want}
	}
	column := func(name, expr, want string) wrong {
		return wrong{name: name, new: rows + `step "derive" "made" {
  from    = step.q
  columns = { made = ` + expr + " }\n}\n", want: want}
	}
	testWrong(t, "formulas", []wrong{
		where("not a bool", "row.n", "DG417 row.n"),
		where("may be null", `row.note != null ? row.n > 1 : null`, `DG406 row.note != null ? row.n > 1 : null`),
		where("unknown column", "row.numer > 1", "DG401 numer"),
		where("no column", "row > 1", "DG107 row"),
		where("column without row", "n > 1", "DG107 n"),
		where("field without row", "o.a > 1", "DG107 o"),
		where("value of the pipeline without var", "topics == 1", "DG107 topics"),
		where("and in a word", "row.n > 1 and row.n < 3", "DG101 and"),
		where("or in brackets", "(row.n > 1 or row.n < 3)", "DG101 or"),
		where("not in a word", "not row.n > 1", "DG101 row"),
		where("in in a word", "row.n in [1, 2]", "DG101 in"),
		where("a column called not", "row.not row.n", "DG101 row"),
		where("in quotes", `"row.n > 1"`, "DG417 row.n > 1"),
		where("field for a column", "row.a > 1", "DG401 a"),
		where("null in a comparison", "row.o.a > 1", "DG406 .a"),
		where("null asked for on the wrong side", `row.note == null && length(row.note) > 1`, "DG406 row.note"),
		where("never null", "row.n == null", "DG417 row.n == null"),
		where("never equal", `row.n == "1"`, `DG417 row.n == "1`),
		where("lists compared", "row.list == [1]", "DG417 row.list == [1]"),
		where("no number", `row.text > "b"`, "DG417 row.text"),
		where("a step", "step.q > 1", "DG107 step.q"),
		column("texts added", "row.text + row.text", "DG417 row.text"),
		column("unknown function", "lenght(row.text)", "DG113 lenght"),
		column("function of another language", "uppercase(row.text)", "DG113 uppercase"),
		column("function of the pipeline", `formatdate("YYYY", row.text)`, "DG417 formatdate"),
		column("list where a text is wanted", "upper(row.names)", "DG417 row.names"),
		column("list as numbers", "max(row.list)", "DG417 row.list"),
		column("arguments missing", "substr(row.text)", "DG417 substr(row.text)"),
		column("text has no elements", "contains(row.text, \"a\")", "DG417 row.text"),
		column("null in a template", `"${row.note}!"`, "DG406 row.note"),
		column("list in a template", `"${row.names}!"`, "DG417 row.names"),
		column("two types in a conditional", `row.n > 1 ? "a" : 1`, "DG417 1"),
		column("two types in a list", "[row.n, row.text]", "DG417 [row.n, row.text]"),
		column("null alone", "null", "DG417 null"),
		column("unknown field", "coalesce(row.o, { a = 2 }).b", "DG417 .b"),
		column("field of a list", "row.names.a", "DG417 .a"),
		column("index is a text", `row.list["a"]`, `DG417 ["a"]`),
		column("computed keys", "{ for n in row.names : n => 1 }", "DG417 { for n in row.names : n => 1 }"),
		column("pattern of a column", "matches(row.text, row.text)", "DG417 row.text"),
		column("wrong pattern", `matches("(", row.text)`, "DG417 ("),
		column("coalesce of what is never null", "coalesce(row.text, \"\")", "DG417 row.text"),
		column("coalesce of two types", "coalesce(row.note, 1)", "DG417 1"),
		column("for over a text", "[for c in row.text : c]", "DG417 row.text"),
		{name: "no object", new: rows + "step \"derive\" \"made\" {\n  from    = step.q\n  columns = row.text\n}\n", want: "DG203 row.text"},
		{name: "overwritten", new: rows + "step \"derive\" \"made\" {\n  from    = step.q\n  columns = { text = upper(row.text) }\n}\n", want: "DG407 text"},
		{name: "named twice", new: rows + "step \"derive\" \"made\" {\n  from    = step.q\n  columns = { a = row.n, a = row.f }\n}\n", want: "DG106 a"},
		{name: "field expanded", new: rows + "step \"keep_columns\" \"kept\" {\n  from    = step.q\n  columns = [\"o.a\"]\n}\n", want: "DG401 o.a"},
		{name: "row elsewhere", new: rows + "step \"keep_columns\" \"kept\" {\n  from    = step.q\n  columns = [row.n]\n}\n", want: "DG107 row.n"},
		{name: "objects in CSV", new: "step \"rows\" \"people\" {\n  rows = [{ who = { age = 34, names = [\"Marie\"] } }]\n}\ndataset \"flat\" {\n  from   = step.people\n  format = \"csv\"\n}\n", want: "DG605 csv"},
		{name: "join of filtered and not", new: rows + `step "filter" "kept" {
  from  = step.q
  where = row.n > 1
}
step "combine_columns" "both" {
  from    = [step.q, step.kept]
  columns = { n = "ns" }
}
`, want: "DG307 step.kept"},
	})
}
