package report

import (
	"encoding/json"
	"io"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// JSON writes the report of a run as one document: see Document.
func JSON(w io.Writer, s *drill.State) error {
	enc := json.NewEncoder(term.JSON(w))
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(New(s))
}
