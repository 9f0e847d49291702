package codegen

import (
	"fmt"
	"go/token"
	"path"
	"slices"
	"strings"
	"unicode"
)

// scope gives out names, each once.
type scope struct{ taken map[string]bool }

func newScope(taken ...string) *scope {
	s := &scope{map[string]bool{}}
	for _, name := range taken {
		s.taken[name] = true
	}
	return s
}

// pick returns the first of the names that is free, or else the last one with a number, and takes it.
func (s *scope) pick(names ...string) string {
	for _, name := range names {
		if !s.taken[name] {
			s.taken[name] = true
			return name
		}
	}
	last := names[len(names)-1]
	for n := 2; ; n++ {
		if name := fmt.Sprintf("%s%d", last, n); !s.taken[name] {
			s.taken[name] = true
			return name
		}
	}
}

// initialisms are written in capitals, as Go does.
var initialisms = []string{"AI", "API", "ASCII", "CPU", "CSS", "CSV", "DPO", "GPU", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "JSONL", "KTO",
	"LLM", "QA", "SFT", "SQL", "UID", "URI", "URL", "UTF8", "UUID", "XML"}

// words parts a name at what is neither letter nor digit, and where a capital follows a small letter.
func words(name string) (parts []string) {
	var word []rune
	end := func() {
		if len(word) > 0 {
			parts = append(parts, string(word))
			word = nil
		}
	}
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case unicode.IsUpper(r) && len(word) > 0 && !unicode.IsUpper(word[len(word)-1]):
			end()
		}
		word = append(word, r)
	}
	end()
	return parts
}

// exported is a name as an exported identifier: prompt_id is PromptID. What no letter with a capital begins gets an X.
func exported(name string) string {
	var out strings.Builder
	for _, w := range words(name) {
		out.WriteString(capital(w))
	}
	s := out.String()
	if s == "" || !unicode.IsUpper([]rune(s)[0]) {
		s = "X" + s
	}
	return s
}

func capital(word string) string {
	if up := strings.ToUpper(word); slices.Contains(initialisms, up) {
		return up
	}
	r := []rune(word)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// unexported is a name as a local one: prompt_id is promptID.
func unexported(name string) string {
	parts := words(name)
	if len(parts) == 0 || !unicode.IsLetter([]rune(parts[0])[0]) {
		return "x" + strings.TrimPrefix(exported(name), "X")
	}
	first := []rune(parts[0])
	if up := strings.ToUpper(parts[0]); slices.Contains(initialisms, up) {
		first = []rune(strings.ToLower(up))
	}
	first[0] = unicode.ToLower(first[0])
	var out strings.Builder
	out.WriteString(string(first))
	for _, w := range parts[1:] {
		out.WriteString(capital(w))
	}
	return out.String()
}

// predeclared identifiers and what the generated files import or name themselves: no variable may hide them.
var predeclared = []string{
	"any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex64", "complex128", "copy", "delete", "error",
	"false", "float32", "float64", "imag", "int", "int8", "int16", "int32", "int64", "iota", "len", "make", "max", "min", "new", "nil", "panic",
	"print", "println", "real", "recover", "rune", "string", "true", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
	"embed", "llm", "os", "programtest", "runtime", "steps", "testing",
	"init", "main", "program", "wire", "p", "row", "rows", "out", "model", "i",
}

func isKeyword(name string) bool { return token.IsKeyword(name) }

// fileScope gives out names of files. They are told apart without regard to case, as some file systems do.
type fileScope struct{ taken map[string]bool }

func (s *fileScope) pick(name, ext string) string { return s.pickIn("", ext, name) }

// pickIn names a file in a folder, with a number if the name is taken.
func (s *fileScope) pickIn(dir, ext, name string) string {
	file := ""
	take := func(name string) bool {
		file = path.Join(dir, name) + ext
		key := strings.ToLower(file)
		free := !s.taken[key]
		s.taken[key] = true
		return free
	}
	if take(fileName(name)) {
		return file
	}
	for n := 2; ; n++ {
		if take(fmt.Sprintf("%s_%d", fileName(name), n)) {
			return file
		}
	}
}

// fileName is a name in small letters, digits and underscores. One that the Go tool would take for that of a test or of
// a single platform gets a suffix.
func fileName(name string) string {
	var out strings.Builder
	for _, r := range strings.ToLower(name) {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			out.WriteRune(r)
		} else if s := out.String(); s != "" && !strings.HasSuffix(s, "_") {
			out.WriteByte('_')
		}
	}
	s := strings.Trim(out.String(), "_")
	if s == "" {
		s = "x"
	}
	last := s[strings.LastIndexByte(s, '_')+1:]
	if strings.Contains(s, "_") && slices.Contains(platforms, last) {
		s += "_step"
	}
	return s
}

// platforms are the last words of file names that mean something to the Go tool.
var platforms = strings.Fields(`test aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1
windows zos 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv riscv64 s390x sparc sparc64 wasm`)
