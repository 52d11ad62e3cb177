package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// openBrowser starts a browser of the machine, or skips the test where there
// is none.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("SKIP: no chromium, chromium-browser or google-chrome on the PATH; Debian's package is chromium")
	}
	// Inside a container there is often no sandbox to be had, and the page is our own.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// evaluate returns the value of a JavaScript expression in the page.
func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// The page opens from a file, without a network, on screens of all sizes. With
// VICINAL_SCREENSHOTS naming a folder its pictures are kept there.
func TestPageInBrowser(t *testing.T) {
	ctx := openBrowser(t)
	results := tinyStudy(t)
	if err := WriteToy(results.Dir, tinyToy()); err != nil {
		t.Fatal(err)
	}
	page, err := Write(results.Dir, results)
	if err != nil {
		t.Fatal(err)
	}
	// Only the page itself: nothing beside it may be needed.
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(t.TempDir(), "alone.html")
	if err := os.WriteFile(alone, text, 0o644); err != nil {
		t.Fatal(err)
	}

	var mu sync.Mutex
	var requests []string
	if err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			if url := e.Request.URL; !strings.HasPrefix(url, "data:") && !slices.Contains(requests, url) {
				requests = append(requests, url)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	watching, stop := context.WithCancel(ctx)
	console := chromedp.Console(watching)
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{URLPattern: "http*://*", Offline: true}},
	}); err != nil {
		t.Logf("the network could not be turned off (%v); requests are still watched", err)
	}

	for _, screen := range []struct {
		width  int64
		scheme string
	}{{1280, "light"}, {375, "light"}, {375, "dark"}, {768, "dark"}} {
		t.Run(fmt.Sprintf("%d-%s", screen.width, screen.scheme), func(t *testing.T) {
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: screen.scheme}},
			}); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(screen.width, 800, chromedp.EmulateScale(2)), chromedp.Navigate("file://"+alone)); err != nil {
				t.Fatal(err)
			}
			checkPage(t, ctx, screen.width)
			dark := evaluate[bool](t, ctx, `getComputedStyle(document.body).backgroundColor.match(/\d+/)[0] < 128`)
			if dark != (screen.scheme == "dark") {
				t.Errorf("the page is dark: %t, with the %s scheme", dark, screen.scheme)
			}
			if folder := os.Getenv("VICINAL_SCREENSHOTS"); folder != "" {
				picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("page-%d-%s.png", screen.width, screen.scheme)), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	stop()
	for message, err := range console {
		if err != nil {
			break // stopped
		}
		t.Errorf("the console says: %v", message)
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(requests, []string{"file://" + alone}) {
		t.Errorf("the page asked for %q, and should need itself alone", requests)
	}
}

// checkPage checks the open page.
func checkPage(t *testing.T, ctx context.Context, width int64) {
	t.Helper()
	if w := evaluate[int64](t, ctx, "document.documentElement.scrollWidth"); w > width {
		t.Errorf("the page is %d pixels wide on a screen of %d", w, width)
	}
	rows := evaluate[[]string](t, ctx, `[...document.querySelectorAll("#results tbody th")].map(e => e.textContent)`)
	if want := []string{"ERM", "SamplePairing", "mixup 0.2", "mixup 0.2, per=sample"}; !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
	if n := evaluate[int](t, ctx, `[...document.querySelectorAll("svg.figure")].filter(e => e.getBoundingClientRect().height > 50 && e.getAttribute("aria-label")).length`); n < 10 {
		t.Errorf("%d figures are visible and named, want 10 or more", n)
	}
	out := evaluate[[]string](t, ctx, `[...document.querySelectorAll("tbody th, td, p, li, dd, pre, summary")].filter(e => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX == "visible").map(e => e.textContent)`)
	if len(out) > 0 {
		t.Errorf("these texts stick out of their boxes: %q", out)
	}
	smallest := evaluate[float64](t, ctx, `Math.min(...[...document.querySelectorAll("svg.figure text")].map(e => e.getBoundingClientRect().height))`)
	if smallest < 8 {
		t.Errorf("the smallest label is %.1f pixels high", smallest)
	}
	// Text against its background, by WCAG's formula; 4.5 is its AA level.
	lowest := evaluate[float64](t, ctx, contrastScript)
	if lowest < 4.5 {
		t.Errorf("the lowest contrast of a text is %.2f, want 4.5 or more", lowest)
	}
}

// contrastScript gives the lowest contrast of any text to its background.
const contrastScript = `(() => {
	const channels = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3) };
	const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
	const behind = e => { for (; e; e = e.parentElement) { const c = channels(getComputedStyle(e).backgroundColor); if (c) return c } return [255, 255, 255] };
	let lowest = 21;
	for (const e of document.querySelectorAll("h1, h2, p, li, th, td, dt, dd, a, summary, pre, figcaption, svg.figure text")) {
		const style = getComputedStyle(e);
		const a = light(channels(e.namespaceURI.endsWith("svg") ? style.fill : style.color)), b = light(behind(e));
		lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
	}
	return lowest;
})()`
