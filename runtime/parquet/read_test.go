package parquet

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
)

// goType is the Go type of a column, as the generator makes it.
func goType(t component.Type) reflect.Type {
	var g reflect.Type
	switch t.Kind {
	case component.Int:
		g = reflect.TypeFor[int]()
	case component.Float:
		g = reflect.TypeFor[float64]()
	case component.Bool:
		g = reflect.TypeFor[bool]()
	case component.List, component.Messages:
		elem := goType(t.Element())
		if e := t.Element(); e.Optional && elem.Kind() == reflect.Slice {
			elem = reflect.PointerTo(elem)
		}
		return reflect.SliceOf(elem)
	case component.Object:
		g = rowType(t.Fields)
	default:
		g = reflect.TypeFor[string]()
	}
	if t.Optional {
		return reflect.PointerTo(g)
	}
	return g
}

func rowType(fields []component.Field) reflect.Type {
	var all []reflect.StructField
	for i, f := range fields {
		tag := fmt.Sprintf("json:%q", f.Name)
		if f.Type.Optional && (f.Type.Kind == component.List || f.Type.Kind == component.Messages) {
			tag += ` null:"ok"`
		}
		all = append(all, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: goType(f.Type), Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(all)
}

// derived are the columns that the compiler finds, and what it has against them.
func derived(s Source, dir string) (fields []component.Field, problems []string) {
	c := component.Columns{Dir: dir}
	s.derive(&c)
	for _, a := range c.Adds {
		fields = append(fields, component.Field{Name: a.Column.Name, Type: a.Column.Type})
	}
	for _, p := range c.Problems {
		problems = append(problems, p.Detail)
	}
	return fields, problems
}

func types(fields []component.Field) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Name+" "+f.Type.String())
	}
	return strings.Join(all, ", ")
}

// rowsOf reads all rows in the types that the compiler finds, as JSON.
func rowsOf(t *testing.T, s Source, dir string) (rows []string) {
	t.Helper()
	fields, problems := derived(s, dir)
	if problems != nil {
		t.Fatalf("%s: %s", s.Path, problems)
	}
	typ := rowType(fields)
	if err := s.Check(dir, typ); err != nil {
		t.Errorf("%s has changed: %v", s.Path, err)
	}
	for fill, err := range s.Read(dir) {
		row := reflect.New(typ)
		if err == nil {
			err = fill(row.Interface())
		}
		if err != nil {
			rows = append(rows, "! "+err.Error())
			continue
		}
		text, err := json.Marshal(row.Interface())
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, string(text))
	}
	return rows
}

// What other writers wrote is read as it is. The files are in testdata, and many more where .ci/conformance/sources/run puts them.
func TestFilesOfOthers(t *testing.T) {
	dir := "testdata"
	if other := os.Getenv("DISTIGEN_PARQUET_FILES"); other != "" {
		dir = other
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.Open(strings.TrimSuffix(file, ".parquet") + ".jsonl")
			if err != nil {
				t.Fatal(err)
			}
			defer want.Close()
			lines := bufio.NewScanner(want)
			got := rowsOf(t, Source{Path: filepath.Base(file)}, dir)
			for i, row := range got {
				if !lines.Scan() {
					t.Fatalf("%d rows, which is too many", len(got))
				}
				if !sameJSON(t, row, lines.Text()) {
					t.Fatalf("row %d is\n%s\nand should be\n%s", i+1, row, lines.Text())
				}
			}
			if lines.Scan() {
				t.Errorf("%d rows, which is too few", len(got))
			}
		})
	}
	refused, err := filepath.Glob(filepath.Join(dir, "refused", "*.parquet"))
	if err != nil || len(refused) == 0 {
		t.Fatal("no files to refuse", err)
	}
	for _, file := range refused {
		if _, problems := derived(Source{Path: file}, ""); len(problems) != 1 || !strings.Contains(problems[0], `column "raw"`) {
			t.Errorf("%s: %v", file, problems)
		}
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Errorf("%s: %v", a, err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Errorf("%s: %v", b, err)
	}
	return reflect.DeepEqual(x, y)
}

// Nulls are told from the statistics, and from the levels where these do not tell.
func TestInferNulls(t *testing.T) {
	for name, want := range map[string]string{
		"nested.parquet": "id int, text optional(string), score optional(float), ok optional(bool), tags optional(list(optional(string))), " +
			"grid optional(list(optional(list(int)))), book optional(object({notes=optional(list(string)), pages=optional(int), title=optional(string)})), chat messages",
		"kinds.parquet": "large string, dictionary string, large_list list(int), fixed_list list(float), map list(object({key=string, value=int})), i8 int, u8 int, " +
			"u32 int, u64 int, f32 float, dec string, dec256 string, date string, time_ms string, time_us string, ts_ms string, ts_us string, ts_ns string, null optional(string)",
	} {
		fields, problems := derived(Source{Path: name}, "testdata")
		if got := types(fields); got != want || problems != nil {
			t.Errorf("%s: %s, %v; want %s", name, got, problems, want)
		}
	}
	// Of the first row, nothing is null but what it has.
	fields, _ := derived(Source{Path: "nested.parquet", Limit: 1}, "testdata")
	if got := types(fields); strings.Contains(got, "optional") {
		t.Errorf("with a limit: %s", got)
	}
}

// meter counts what is read of a file.
type meter struct {
	io.ReaderAt
	bytes int
}

func (m *meter) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.ReaderAt.ReadAt(p, off)
	m.bytes += n
	return n, err
}

// Of a file only the pages of the columns that are asked for are read, and no more than the rows need.
func TestReadsOnlyWhatIsAsked(t *testing.T) {
	path := bigFile(t)
	read := func(rows int, names ...string) int {
		opened, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		info, _ := opened.Stat()
		m := &meter{ReaderAt: opened}
		f, err := openFrom(m, info.Size(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var s Source
		for _, name := range names {
			s.Columns = append(s.Columns, component.Typed{Column: name})
		}
		for _, err := range f.rows(s.wanted(f.columns)) {
			if err != nil {
				t.Fatal(err)
			}
			if rows--; rows == 0 {
				break
			}
		}
		return m.bytes
	}
	all, one, first := read(0), read(0, "n"), read(1)
	if one > all/3 {
		t.Errorf("one column takes %d bytes, and all take %d", one, all)
	}
	if first > all/3 {
		t.Errorf("one row takes %d bytes, and all take %d", first, all)
	}
}

func TestSourceOfSeveral(t *testing.T) {
	s := Source{Path: "*.parquet", Limit: 3}
	dir := t.TempDir()
	for _, name := range []string{"b.parquet", "a.parquet"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(exampleFile), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want := `[{"instruction":"What is 3/4 of 20?","level":1} {"instruction":"Solve x^2 = 9.","level":2} {"instruction":"What is 3/4 of 20?","level":1}]`
	if got := rowsOf(t, s, dir); fmt.Sprint(got) != want {
		t.Errorf("got %q", got)
	}
	if n, err := s.Count(dir); n != 3 || err != nil {
		t.Errorf("counted %d, %v", n, err)
	}
	copyFile(t, "testdata/kinds.parquet", filepath.Join(dir, "c.parquet"))
	if _, problems := derived(Source{Path: "*.parquet"}, dir); len(problems) != 1 || !strings.Contains(problems[0], `c.parquet has no column "instruction"`) {
		t.Errorf("files of other columns: %v", problems)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A schema that has changed is refused by name, and a row that does not fit by its number.
func TestChangedAndMisfit(t *testing.T) {
	type row struct {
		ID    int      `json:"id"`
		Text  string   `json:"text"`
		Score *int     `json:"score"`
		Tags  []string `json:"tags" null:"ok"`
	}
	asked := component.Schema{{Column: "id"}, {Column: "text"}, {Column: "score"}, {Column: "tags"}, {Column: "gone"}}
	s := Source{Path: "nested.parquet", Columns: asked}
	err := s.Check("testdata", reflect.TypeFor[row]())
	if err == nil || !strings.Contains(err.Error(), `"score" is of type float, and int is wanted.`) {
		t.Errorf("got %v", err)
	}
	var said []string
	for fill, err := range s.Read("testdata") {
		var r struct {
			ID   int    `json:"id"`
			Text string `json:"text"`
		}
		if err == nil {
			err = fill(&r)
		}
		if err != nil {
			said = append(said, err.Error())
		}
	}
	if len(said) != 1 || said[0] != `Row 2 of nested.parquet does not fit: column "text" is null, and it is not optional.` {
		t.Errorf("said %q", said)
	}
}

// Damage is an error, and never a panic.
func TestDamage(t *testing.T) {
	whole, err := os.ReadFile("testdata/nested.parquet")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "f.parquet")
	for at := 0; at < len(whole); at += 7 {
		broken := append([]byte(nil), whole...)
		broken[at] ^= 0xff
		if err := os.WriteFile(path, broken, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, problems := derived(Source{Path: path}, ""); problems == nil {
			for range (Source{Path: path}).Read("") {
			}
		}
	}
	if _, problems := derived(Source{Path: path[:len(path)-9] + "absent"}, ""); len(problems) != 1 {
		t.Errorf("a file that is not there: %v", problems)
	}
	if err := os.WriteFile(path, []byte("a,b\n1,2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, problems := derived(Source{Path: path}, ""); len(problems) != 1 || !strings.Contains(problems[0], "it is no Parquet file") {
		t.Errorf("a table: %v", problems)
	}
}

func FuzzDecimal(f *testing.F) {
	f.Add([]byte{0xff, 0x85}, uint8(2))
	f.Fuzz(func(t *testing.T, unscaled []byte, scale uint8) {
		text := decimal(int(scale), parquet.ByteArray)(byteArray(unscaled)).(string)
		if scale > 0 && len(text)-strings.IndexByte(text, '.')-1 != int(scale) {
			t.Errorf("%x: %s has not %d digits after the point", unscaled, text, scale)
		}
	})
}

func byteArray(bytes []byte) parquet.Value { return parquet.ByteArrayValue(bytes) }

// bigFile has many row groups of two columns, one of them long.
func bigFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "big.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type row struct {
		N    int64  `parquet:"n"`
		Text string `parquet:"text,plain"`
	}
	w := parquet.NewGenericWriter[row](f)
	for i := range 20_000 {
		if _, err := w.Write([]row{{int64(i), strings.Repeat(fmt.Sprint(i), 20)}}); err != nil {
			t.Fatal(err)
		}
		if i%5000 == 4999 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float64{0: 0, 0x3c00: 1, 0xc000: -2, 0x3555: 0.333251953125, 0x7bff: 65504, 1: math.Ldexp(1, -24), 0xfc00: math.Inf(-1)} {
		if got := half(parquet.FixedLenByteArrayValue([]byte{byte(bits), byte(bits >> 8)})); got != want {
			t.Errorf("%x is %v, want %v", bits, got, want)
		}
	}
}
