package component

import "testing"

func TestParseType(t *testing.T) {
	for text, want := range map[string]string{
		"string": "string", " int ": "int", "list(float)": "list(float)", "optional( list( string ) )": "optional(list(string))",
		"messages": "messages", "list(optional(bool))": "list(optional(bool))",
		"object({b=int, a=list(string)})": "object({a=list(string), b=int})", "object({})": "object({})",
		"optional(optional(int))": "optional(int)",
	} {
		got, err := ParseType(text)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "integer", "list", "list()", "list(int", "list(int))", "int int", "any", "object", "object({a})",
		"object({a=int, a=int})", "object({a=int}", "optional", "(", "list(list(list(x)))", "object({a=int"} {
		if got, err := ParseType(text); err == nil {
			t.Errorf("%q: got %s", text, got)
		}
	}
}

func FuzzParseType(f *testing.F) {
	f.Add("object({b=int, a=list(string)})")
	f.Add("optional(messages)")
	f.Fuzz(func(t *testing.T, text string) {
		typ, err := ParseType(text)
		if err != nil {
			return
		}
		again, err := ParseType(typ.String())
		if err != nil || !again.Equal(typ) {
			t.Errorf("%q is %s, which reads back as %s, %v", text, typ, again, err)
		}
	})
}
