package report

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg/vgsvg"
)

// tidySVG returns the document of an SVG canvas and mends what the canvas gets
// wrong: it calls PNG images JPEG and does not stretch them to their place,
// names a font without a fallback (Arial and Helvetica have the metrics of
// Liberation Sans), and does not say how wide a text is, so that another font
// would run into its neighbours. A name may hold characters that XML forbids:
// they become U+FFFD.
func tidySVG(canvas *vgsvg.Canvas) (string, error) {
	var document bytes.Buffer
	if _, err := canvas.WriteTo(&document); err != nil {
		return "", err
	}
	text := strings.NewReplacer("data:image/jpg;base64", "data:image/png;base64", "<image ", `<image preserveAspectRatio="none" `).Replace(document.String())
	text = inXML(text)
	text = svgText.ReplaceAllStringFunc(text, func(element string) string {
		part := svgText.FindStringSubmatch(element)
		size, err := strconv.ParseFloat(part[3], 64)
		if err != nil {
			return element
		}
		style := textStyle(size, ink)
		if strings.Contains(part[2], "font-weight:bold") {
			style = bold(style)
		}
		width := style.Width(html.UnescapeString(part[5])).Points()
		return fmt.Sprintf(`<text%s textLength="%.5g" lengthAdjust="spacingAndGlyphs" style="%sfont-size:%spx%s">%s</text>`,
			part[1], width, part[2], part[3], part[4], part[5])
	})
	return strings.ReplaceAll(text, "font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;"), nil
}

// svgText matches a text element: its attributes, its style before the font's
// size, the size, the style after it, the text.
var svgText = regexp.MustCompile(`<text([^>]*?)\s+style="([^"]*?)font-size:([0-9.]+)px([^"]*)">([^<]*)</text>`)

// inXML is text with U+FFFD for each character that XML 1.0 has not (section 2.2).
func inXML(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
