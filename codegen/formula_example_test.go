package codegen_test

const measured = `step "rows" "answers" {
  rows = [{ text = "It is 15.", ratings = [5, 1], note = null }, { text = "12", ratings = [], note = "x" }]
}

step "filter" "good" {
  from  = step.answers
  where = length(row.text) > 2 && (row.note == null || row.note != "x")
}

step "derive" "measured" {
  from = step.good
  columns = {
    words = [for w in words(lower(row.text)) : w if length(w) > 1]
    best  = length(row.ratings) > 0 ? max(row.ratings...) : null
    label = "${row.text} (${coalesce(row.note, "no note")})"
  }
}`

// The condition of a filter is an expression in Go.
func Example_filter() {
	show("good.go", measured)
	// Output:
	// import "unicode/utf8"
	//
	// // keepGood is step "filter" "good": the rows for which a condition over their columns is true.
	// func keepGood(row AnswersRow) (bool, error) {
	//   return utf8.RuneCountInString(row.Text) > 2 && (row.Note == nil || *row.Note != "x"), nil
	// }
}

// What is no expression in Go becomes statements, and what may have no value is checked.
func Example_derive() {
	show("measured.go", measured)
	// Output:
	// import (
	//   "strings"
	//   "unicode/utf8"
	//
	//   "github.com/distigen/distigen/runtime/expr"
	// )
	//
	// // makeMeasured is step "derive" "measured": columns that are computed from other columns of the row.
	// func makeMeasured(row AnswersRow) (MeasuredRow, error) {
	//   words := []string{}
	//   for _, w := range strings.Fields(strings.ToLower(row.Text)) {
	//     if utf8.RuneCountInString(w) > 1 {
	//       words = append(words, w)
	//     }
	//   }
	//   var best *int
	//   if len(row.Ratings) > 0 {
	//     largest, err := expr.Max(row.Ratings, "max(row.ratings...)")
	//     if err != nil {
	//       return MeasuredRow{}, err
	//     }
	//     best = new(largest)
	//   }
	//   return MeasuredRow{
	//     Text:    row.Text,
	//     Ratings: row.Ratings,
	//     Note:    row.Note,
	//     Words:   words,
	//     Best:    best,
	//     Label:   row.Text + " (" + expr.Or(row.Note, "no note") + ")",
	//   }, nil
	// }
}
