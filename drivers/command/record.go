package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// recorded is one line of a recording: a command and how it went. Environment
// and standard input are left out: they may hold secrets.
type recorded struct {
	Argv   []string     `json:"argv"`
	Dir    string       `json:"dir,omitempty"`
	Stdout []byte       `json:"stdout,omitempty"`
	Stderr []byte       `json:"stderr,omitempty"`
	Exit   drivers.Exit `json:"exit"`
	Err    string       `json:"err,omitempty"`
	Look   string       `json:"look,omitempty"` // the path that Look found, for a Look
}

type recorder struct {
	drivers.Runner
	mu  sync.Mutex
	enc *json.Encoder
}

// Record returns a Runner that writes each command and its output to w, one
// JSON document a line, for Replay. Wrap it in Redact's opposite order,
// Record(Redact(…)), to keep secrets out of the recording.
func Record(r drivers.Runner, w io.Writer) drivers.Runner {
	return &recorder{Runner: r, enc: json.NewEncoder(w)}
}

// Run runs the command and records it.
func (r *recorder) Run(ctx context.Context, c drivers.Command) (drivers.Exit, error) {
	var out, errs bytes.Buffer
	one := c.Stdout != nil && same(c.Stdout, c.Stderr)
	c.Stdout = tee(c.Stdout, &out)
	if one {
		c.Stderr = c.Stdout
	} else {
		c.Stderr = tee(c.Stderr, &errs)
	}
	exit, err := r.Runner.Run(ctx, c)
	line := recorded{Argv: c.Argv, Dir: c.Dir, Stdout: out.Bytes(), Stderr: errs.Bytes(), Exit: exit}
	if err != nil {
		line.Err = err.Error()
	}
	return exit, errors.Join(err, r.write(line))
}

// Look finds a program and records where.
func (r *recorder) Look(name string) (string, error) {
	path, err := r.Runner.Look(name)
	if err != nil {
		return path, err
	}
	return path, r.write(recorded{Argv: []string{name}, Look: path})
}

func (r *recorder) write(l recorded) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.enc.Encode(l)
}

func tee(w io.Writer, into *bytes.Buffer) io.Writer {
	if w == nil {
		return into
	}
	return io.MultiWriter(w, into)
}

type replayer struct {
	mu    sync.Mutex
	lines []recorded
}

// Replay returns a Runner that starts nothing and answers as the recording
// says, each recorded command once, in the order of the recording for equal
// commands.
func Replay(recording io.Reader) (drivers.Runner, error) {
	p := &replayer{}
	lines := bufio.NewReader(recording)
	for n := 1; ; n++ {
		b, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(b)) > 0 {
			var l recorded
			if err := json.Unmarshal(b, &l); err != nil {
				return nil, fmt.Errorf("recording, line %d: %w", n, err)
			}
			p.lines = append(p.lines, l)
		}
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Run answers a recorded command.
func (p *replayer) Run(ctx context.Context, c drivers.Command) (drivers.Exit, error) {
	if ctx.Err() != nil {
		return drivers.Exit{Code: -1}, context.Cause(ctx)
	}
	l, ok := p.take(c)
	if !ok {
		return drivers.Exit{Code: -1}, fmt.Errorf("the recording does not have: %s", strings.Join(c.Argv, " "))
	}
	_, errOut := orDiscard(c.Stdout).Write(l.Stdout)
	_, errErr := orDiscard(c.Stderr).Write(l.Stderr)
	err := errors.Join(errOut, errErr)
	if l.Err != "" {
		err = errors.Join(errors.New(l.Err), err)
	}
	return l.Exit, err
}

func (p *replayer) take(c drivers.Command) (recorded, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.lines, func(l recorded) bool {
		return l.Look == "" && slices.Equal(l.Argv, c.Argv) && l.Dir == c.Dir
	})
	if i < 0 {
		return recorded{}, false
	}
	l := p.lines[i]
	p.lines = slices.Delete(p.lines, i, i+1)
	return l, true
}

// Look finds what the recording found, or ran.
func (p *replayer) Look(name string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.lines {
		if l.Look != "" && l.Argv[0] == name {
			return l.Look, nil
		}
		if len(l.Argv) > 0 && filepath.Base(l.Argv[0]) == name {
			return l.Argv[0], nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, drivers.ErrToolMissing)
}
