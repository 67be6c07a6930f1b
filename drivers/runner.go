package drivers

import (
	"context"
	"io"
	"time"
)

// Runner starts programs. drivers/command implements it, with decorators for
// dry runs, recording, replay, redaction and limits.
type Runner interface {
	// Run starts the command and waits for its end. A program that ran and
	// ended with another status than 0 gives an Exit and no error; an error
	// means that it could not be started (ErrToolMissing) or that ctx ended
	// it. The program runs in its own process group, which is ended whole.
	Run(ctx context.Context, c Command) (Exit, error)
	// Look finds a program, or returns ErrToolMissing.
	Look(name string) (string, error)
}

// Command is a program to run.
type Command struct {
	Argv  []string // program and arguments; never a secret
	Env   []string // whole environment, "K=V"; nil: a small clean one
	Dir   string
	Stdin io.Reader
	// Stdout and Stderr take the output as it comes; nil discards it.
	Stdout, Stderr io.Writer
	// User runs it as another user; nil: as this process.
	User *User
	// Timeout ends it; 0: none.
	Timeout time.Duration
	// Terminal gives the program a terminal of its own, which Stdout reads and
	// Stdin does not feed; nil: pipes.
	Terminal *Terminal
	// Detach leaves the program's children running when it ends (pg_ctl).
	Detach bool
}

// Terminal is a terminal that a program gets.
type Terminal struct {
	Rows, Cols uint16
	// Ready is given the terminal's keyboard before the program starts; nil:
	// nobody types.
	Ready func(Keyboard)
}

// Keyboard is the operator's side of a program's terminal: what is written to
// it was typed.
type Keyboard interface {
	io.Writer
	Resize(rows, cols uint16) error
}

// User is who a program runs as.
type User struct {
	Name     string
	UID, GID uint32
	Home     string
}

// Exit is how a program ended.
type Exit struct {
	Code   int    // 0 is success; -1 when ended by a signal
	Signal string // SIGKILL …, empty when it ended by itself
	Took   time.Duration
}

// OK says that the program ended by itself with status 0.
func (e Exit) OK() bool { return e.Code == 0 && e.Signal == "" }

// Reporter takes what a driver has to say while it works. All its fields may
// be nil; a nil *Reporter is silent.
type Reporter struct {
	// Out takes lines for the operator: what the tool prints, and what the
	// driver does. They are data; control sequences are removed by the taker.
	Out io.Writer
	// OnProgress is called often; it must return fast.
	OnProgress func(Progress)
	// OnCommand is called with each command line as it starts, for the
	// command log.
	OnCommand func(line string)
}

// Progress is how far a piece of work has come.
type Progress struct {
	Phase string `json:"phase"` // "reading", "table orders"
	Done  int64  `json:"done"`
	Total int64  `json:"total"` // 0: not known
	Unit  string `json:"unit"`  // bytes, tables, files, rows
}

// Printf writes one line to the operator.
func (r *Reporter) Printf(format string, args ...any) {
	if r != nil && r.Out != nil {
		printLine(r.Out, format, args...)
	}
}

// Progress reports progress.
func (r *Reporter) Progress(p Progress) {
	if r != nil && r.OnProgress != nil {
		r.OnProgress(p)
	}
}

// Command reports a command line as it starts.
func (r *Reporter) Command(line string) {
	if r != nil && r.OnCommand != nil {
		r.OnCommand(line)
	}
}

// Writer is Out, or a sink.
func (r *Reporter) Writer() io.Writer {
	if r == nil || r.Out == nil {
		return io.Discard
	}
	return r.Out
}
