package picture

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	got := SVG("plain \x1b[1;31mred <&>\x1b[0m\n\x1b[7mturned\x1b[0m 世界 \x1b[9moff\x1b[0m", 30, 3)
	dec := xml.NewDecoder(strings.NewReader(got))
	for {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, got)
		}
	}
	for _, want := range []string{`font-weight="bold"`, "red\u00a0&lt;&amp;&gt;", `fill="#e5e5e5"/>`, "世界", "line-through"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.ContainsRune(got, 27) {
		t.Error("an escape sequence is left")
	}
}
