package walk

import (
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const (
	pollEvery = 250 * time.Millisecond
	tailBytes = 32 << 10
	tailLines = 500
)

// tail is the end of one task's output, as it was read last.
type tail struct {
	task  string
	ring  *widget.Ring
	up    int // lines scrolled back
	h     int // rows in view at the last draw
	lines int64
	bytes int64
	last  time.Time // when it printed last; zero: not known
	prog  drivers.Progress
	runs  string // the command line that its driver runs now
	rate  rate
}

// rate measures how fast a task comes on, from the first report of a phase.
type rate struct {
	phase string
	from  int64
	since time.Time
	per   float64 // a second; 0: not known yet
}

// tailed brings a tail that was read.
type tailed struct {
	by    *Model
	chain int // of polls that it belongs to
	task  string
	ring  *widget.Ring
	lines int64
	bytes int64
	last  time.Time
	prog  drivers.Progress
	runs  string
	at    time.Time
}

// follow sees to it that the output of the right task is shown, and goes on
// being read while the task runs.
func (m *Model) follow() tea.Cmd {
	more := m.more()
	want := m.wanted()
	if want == "" {
		m.sees = ""
		return more
	}
	if want != m.sees {
		m.sees, m.tail = want, tail{task: want}
		m.polls = true
		m.chain++ // one that is under way for another task ends
		return tea.Batch(more, m.read(want))
	}
	return tea.Batch(more, m.poll())
}

// wanted is the task whose output belongs to the step that is looked at: the
// one that runs, the one that failed, else the newest.
func (m *Model) wanted() string {
	if len(m.s.Steps) == 0 {
		return ""
	}
	at := m.at()
	if t := m.s.Running(); t != nil && (t.Task.Step == at || t.Task.Step < 0) {
		return t.Task.ID
	}
	if u, t, ok := m.s.Failed(); ok && t != nil && at == m.s.Current && u >= 0 {
		return t.Task.ID
	}
	for i := len(m.s.Tasks) - 1; i >= 0; i-- {
		if t := &m.s.Tasks[i]; t.Task.Step == at {
			return t.Task.ID
		}
	}
	return ""
}

// poll reads the tail again in a moment, while its task runs.
func (m *Model) poll() tea.Cmd {
	t := m.s.Task(m.sees)
	if m.polls || t == nil || t.Result != nil {
		return nil
	}
	m.polls = true
	read := m.read(m.sees)
	return tea.Tick(pollEvery, func(time.Time) tea.Msg { return read() })
}

// read gets the end of a task's output, in a Cmd.
func (m *Model) read(task string) tea.Cmd {
	desk, id, now := m.desk, m.id, m.env.Now
	file := filepath.Join(m.desk.RunDir(m.id), task+".out")
	var known *drill.Result
	if t := m.s.Task(task); t != nil {
		known = t.Result
	}
	chain := m.chain
	return func() tea.Msg {
		out := tailed{by: m, chain: chain, task: task, ring: widget.NewRing(tailLines), at: now()}
		if o := desk.Feed(id, task); o != nil {
			_, _ = out.ring.Write(o.Tail(tailBytes))
			out.last, out.lines, out.bytes = o.Quiet()
			out.prog, out.runs = o.Progress()
		} else {
			text, _, size, _ := readBack(file, -1, tailBytes)
			_, _ = out.ring.Write(text)
			out.bytes = size
		}
		if known != nil {
			out.lines, out.bytes = known.Lines, known.Bytes
		}
		return out
	}
}

// tailed takes a tail, and reads on while the task runs.
func (m *Model) tailed(msg tailed) tea.Cmd {
	if msg.chain != m.chain {
		return nil
	}
	m.polls = false
	t := &m.tail
	if t.up > 0 && msg.lines > t.lines {
		t.up += int(min(msg.lines-t.lines, tailLines)) // stay where the operator reads
	}
	t.ring, t.lines, t.bytes, t.last, t.runs = msg.ring, msg.lines, msg.bytes, msg.last, msg.runs
	t.rate.learn(msg.prog, msg.at)
	t.prog = msg.prog
	return m.poll()
}

func (r *rate) learn(p drivers.Progress, at time.Time) {
	if p.Phase != r.phase || p.Done < r.from || r.since.IsZero() {
		*r = rate{phase: p.Phase, from: p.Done, since: at}
		return
	}
	if d := at.Sub(r.since).Seconds(); d >= 1 && p.Done > r.from {
		r.per = float64(p.Done-r.from) / d
	}
}

// move scrolls back and forth in what was read.
func (t *tail) move(how string) {
	switch how {
	case "up":
		t.up++
	case "down":
		t.up--
	case "pgup":
		t.up += max(1, t.h-1)
	case "pgdown":
		t.up -= max(1, t.h-1)
	case "top":
		t.up = tailLines
	case "bottom":
		t.up = 0
	}
	t.clamp()
}

func (t *tail) clamp() {
	n := 0
	if t.ring != nil {
		n = t.ring.Len()
	}
	t.up = max(0, min(t.up, n-t.h))
}

// readBack reads at most n bytes of a file that end at end (-1: its end),
// from the start of a line. It gives where they begin, and the file's size.
func readBack(path string, end, n int64) (text []byte, from, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, 0, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, 0, 0, err
	}
	size = info.Size()
	if end < 0 || end > size {
		end = size
	}
	from = max(0, end-n)
	text = make([]byte, end-from)
	k, err := f.ReadAt(text, from)
	text = text[:k]
	if from > 0 {
		for i, c := range text {
			if c == '\n' {
				return text[i+1:], from + int64(i) + 1, size, nil
			}
		}
	}
	if k > 0 {
		err = nil
	}
	return text, from, size, err
}
