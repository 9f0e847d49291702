package report

import (
	"context"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInABrowser looks at the page in headless Chromium, which DISTIGEN_CHROMIUM names: it says nothing on its console,
// draws what is there, and is light or dark as the user has it.
func TestInABrowser(t *testing.T) {
	chromium := os.Getenv("DISTIGEN_CHROMIUM")
	if chromium == "" {
		t.Skip("DISTIGEN_CHROMIUM names no browser; .ci/conformance/report does")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := filled(t).Write(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	light, dark := look(t, chromium, file, "1"), look(t, chromium, file, "0")
	if r, _, _, _ := light.At(3, 3).RGBA(); r < 0xc000 {
		t.Errorf("the light page is as dark as %x", r)
	}
	if r, _, _, _ := dark.At(3, 3).RGBA(); r > 0x4000 {
		t.Errorf("the dark page is as light as %x", r)
	}
	colours := map[[3]uint32]int{}
	for y := 0; y < light.Bounds().Dy(); y += 2 {
		for x := 0; x < light.Bounds().Dx(); x += 2 {
			r, g, b, _ := light.At(x, y).RGBA()
			colours[[3]uint32{r >> 8, g >> 8, b >> 8}]++
		}
	}
	for what, colour := range map[string][3]uint32{"bars": {0x3f, 0x6f, 0xb5}, "marks": {0xc9, 0x48, 0x2f}, "datasets": {0x2f, 0x7d, 0x4f}, "banner": {0xff, 0xf3, 0xcd}} {
		if colours[colour] < 20 {
			t.Errorf("the picture has no %s: %d dots", what, colours[colour])
		}
	}
}

// look takes a picture. preferred is 1 for a light page and 0 for a dark one.
func look(t *testing.T, chromium, file, preferred string) image.Image {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	picture := filepath.Join(t.TempDir(), "page.png")
	out, err := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
		"--user-data-dir="+t.TempDir(), "--blink-settings=preferredColorScheme="+preferred, "--window-size=1200,4000", "--screenshot="+picture, "file://"+file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "CONSOLE") {
			t.Errorf("the console says: %s", line)
		}
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("DISTIGEN_PICTURES"); keep != "" {
		text, _ := os.ReadFile(picture)
		os.WriteFile(filepath.Join(keep, "report-"+preferred+".png"), text, 0o666)
	}
	return img
}
