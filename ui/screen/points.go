package screen

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// PointChoices turns recovery points into the items of a dialog.Choose, in
// the same order. suggested is marked as the default; it may be nil.
func PointChoices(st *theme.Styles, points []drivers.RecoveryPoint, suggested *drivers.RecoveryPoint, now time.Time) []dialog.Choice {
	out := make([]dialog.Choice, len(points))
	for i := range points {
		p := &points[i]
		mark, note := st.Muted.Render(st.Glyph.Todo), ""
		switch {
		case len(p.Problems) > 0:
			mark, note = st.Warn.Render(st.Glyph.Warn), "shows a problem  "
		case samePoint(p, suggested):
			mark, note = st.Good.Render(st.Glyph.OK), "suggested  "
		}
		out[i] = dialog.Choice{
			ID: p.ID, Mark: mark,
			Title:  fmt.Sprintf("%s  %s", Stamp(p.Time, now), widget.CleanLine(p.Copy)),
			Note:   fmt.Sprintf("%s%s  %s  %s", note, p.Kind, widget.Bytes(p.Size), widget.Ago(p.Time, now)),
			Detail: pointDetail(st, p, now),
		}
	}
	return out
}

// PointIndex finds a point in a list; 0 when it is not there.
func PointIndex(points []drivers.RecoveryPoint, p *drivers.RecoveryPoint) int {
	for i := range points {
		if samePoint(&points[i], p) {
			return i
		}
	}
	return 0
}

func samePoint(a, b *drivers.RecoveryPoint) bool {
	return a != nil && b != nil && a.ID == b.ID && a.Copy == b.Copy
}

var timeSources = map[drivers.TimeSource]string{
	drivers.TimeManifest: "from its manifest",
	drivers.TimeTool:     "from the tool's own metadata",
	drivers.TimeName:     "read from its name",
	drivers.TimeFile:     "of the file: a copy may have renewed it",
}

func pointDetail(st *theme.Styles, p *drivers.RecoveryPoint, now time.Time) []string {
	var out []string
	for _, pr := range p.Problems {
		out = append(out, st.Warn.Render(st.Glyph.Warn+" "+widget.CleanLine(pr)))
	}
	var fields []widget.Field
	add := func(name, value string) {
		fields = append(fields, widget.Field{Name: name, Value: widget.CleanLine(value)})
	}
	add("id", p.ID)
	add("time", p.Time.In(now.Location()).Format("2006-01-02 15:04:05 MST")+", "+timeSources[p.TimeSource])
	add("made by", p.Driver)
	if len(p.Files) > 0 {
		add("lies in", p.Files[0])
	}
	add("needs", strings.Join(p.Requires, ", "))
	return append(out, widget.Fields(st, fields, 90)...)
}
