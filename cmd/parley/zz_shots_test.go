package main

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func (p *tab) shot(t *testing.T, name string) {
	for _, w := range []int64{wide, narrow} {
		h := int64(900)
		if w == narrow {
			h = 844
		}
		p.do("resize", chromedp.EmulateViewport(w, h))
		b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/e2e/shots/"+name+"-"+map[bool]string{true: "w", false: "n"}[w == wide]+".png", b, 0o644)
	}
}

func TestShots(t *testing.T) {
	os.MkdirAll("/tmp/e2e/shots", 0o755)
	b := openBrowser(t)
	p := b.tab("Rosa", "http://localhost:18080")
	p.open("/sign-in")
	p.shot(t, "sign-in")
	p.signIn("rosa.delgado@marlowe.example", "marlowe-2026")
	for _, path := range strings.Fields(os.Getenv("PATHS")) {
		p.open(path)
		p.shot(t, strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path[1:]))
	}
}
