package keys

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// FooterZone is the zone id of a hint in the footer; its Index is the action's
// place in the list that Footer was given.
const FooterZone = "footer"

// Footer draws one line of what is possible now, most important first, in
// exactly width cells. The actions in last stand at the end and are kept when
// room is short. Zones are added at row y; their indices run on from actions
// into last.
func Footer(st *theme.Styles, actions, last []Action, width, y int, zones *widget.Zones) string {
	sep := "  "
	end, endAt := hints(st, last, width/2, sep)
	room := width - 2 - widget.Width(end) - len(sep)
	head, headAt := hints(st, actions, room, sep)
	for _, h := range headAt {
		zones.Add(FooterZone, h.index, 1+h.x, y, h.w, 1)
	}
	for _, h := range endAt {
		zones.Add(FooterZone, len(actions)+h.index, width-widget.Width(end)-1+h.x, y, h.w, 1)
	}
	return widget.Fit(widget.Spread(" "+head, end+" ", width, ""), width, "")
}

type hint struct{ index, x, w int }

// hints draws as many hints as fit into room.
func hints(st *theme.Styles, actions []Action, room int, sep string) (string, []hint) {
	var b strings.Builder
	var at []hint
	x := 0
	for i := range actions {
		a := &actions[i]
		if a.Short == "" || len(a.Keys) == 0 || a.Reason() != "" {
			continue
		}
		text := st.Key.Render(Name(a.Keys[0], st.Unicode)) + " " + st.KeyText.Render(a.Short)
		w := widget.Width(text)
		lead := 0
		if x > 0 {
			lead = len(sep)
		}
		if x+lead+w > room {
			continue
		}
		b.WriteString(strings.Repeat(" ", lead) + text)
		at = append(at, hint{index: i, x: x + lead, w: w})
		x += lead + w
	}
	return b.String(), at
}
