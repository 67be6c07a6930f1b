package walk

import "time"

// remark says in the bar above the footer why a key did nothing. It goes
// after a moment, and when the run has moved on.
type remark struct {
	text  string
	until time.Time
	seq   int64
	// before: it stands before what enter does, not in its place
	before bool
}

// remarkFor is how long a remark stands.
const remarkFor = 3 * time.Second

const stillBusy = "still busy with the last key"

func (r *remark) holds(now time.Time, seq int64) bool {
	return r.text != "" && r.seq == seq && now.Before(r.until)
}

func (m *Model) say(text string) {
	m.said = remark{text: text, until: m.env.Now().Add(remarkFor), seq: m.s.Seq}
}

// Remark implements screen.Remarker: while something is being run, the reason
// why a key does nothing stands in the bar.
func (m *Model) Remark(why string) bool {
	if m.view != viewWalk || m.notMine() != "" || m.s.Concluded() || (!m.busy && m.s.Running() == nil) {
		return false
	}
	m.say(why)
	return true
}
