package runtime

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// The page of the generated program has all flags of its help, and no others.
func TestFlagsInDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/emitted-program.md")
	if err != nil {
		t.Fatal(err)
	}
	flags := func(text, line string) (found []string) {
		for _, m := range regexp.MustCompile(line).FindAllString(text, -1) {
			found = append(found, regexp.MustCompile(`--[a-z-]+`).FindAllString(m, -1)...)
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	inHelp, inPage := flags(help(Program{}, "p"), `(?m)^  --.*?( |$)`), flags(string(page), "(?m)^\\| `--[^|]*")
	if len(inHelp) < 8 || !slices.Equal(inHelp, inPage) {
		t.Errorf("the help has\n%v\nand docs/emitted-program.md\n%v", inHelp, inPage)
	}
}
