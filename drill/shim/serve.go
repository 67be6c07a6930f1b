package shim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/proc"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Request is what a shim is asked to do. It comes through its stdin.
type Request struct {
	RunDir     string               `json:"run_dir"`
	SessionDir string               `json:"session_dir"`
	Task       drill.Task           `json:"task"`
	Inventory  *inventory.Inventory `json:"inventory,omitempty"`
	Mask       []string             `json:"mask,omitempty"`    // what is to be masked in its output
	Secrets    map[string]string    `json:"secrets,omitempty"` // for Task.Secrets
}

// Exit statuses of a shim.
const (
	exitDone    = 0 // the result is there
	exitClaimed = 3 // somebody else does the task
	exitLost    = 4 // the result could not be kept
)

// Hooks are what a shim must be told of the programs of its task.
type Hooks struct {
	Started  func(pid int)                          // each that is started, a session's leader
	Keyboard func(t drill.Task, k drivers.Keyboard) // of a terminal that one gets
}

// Make makes what does the task.
type Make func(req Request, h Hooks) drill.Executor

// Serve is the life of a shim: it waits for a request, claims the task, does
// it, and leaves its result. Where stdin ends without a request it ends too.
// It returns the process's exit status and, where that is not 0, why.
//
// in stays open: a descriptor 0 that is free would become that of a file.
func Serve(in io.Reader, now func() time.Time, build Make) (int, error) {
	var req Request
	err := json.NewDecoder(in).Decode(&req)
	if errors.Is(err, io.EOF) {
		return exitDone, nil
	}
	if err != nil {
		return exitLost, fmt.Errorf("request: %w", err)
	}
	// The end of the terminal, or a ctrl-c in it, is not for this process.
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	req.Task.Secrets = req.Secrets
	f := files{req.RunDir, req.Task.ID}
	switch err := f.claimTask(claim{Process: proc.Self(), At: now()}); {
	case errors.Is(err, errClaimed):
		return exitClaimed, err
	case err != nil:
		return exitLost, err
	}
	res := serve(ctx, f, req, now, build)
	if err := f.putResult(res); err != nil {
		return exitLost, fmt.Errorf("%s, but its end could not be kept: %w", outcome(res), err)
	}
	return exitDone, nil
}

func outcome(r drill.Result) string {
	if r.OK {
		return "it ended well"
	}
	return "it ended badly (" + r.Error + ")"
}

func serve(ctx context.Context, f files, req Request, now func() time.Time, build Make) drill.Result {
	out, err := drill.NewOutput(f.out(), now)
	if err != nil {
		return drill.Result{
			Error: "its output can't be kept: " + err.Error(), Ended: now(),
			Hint: "look at the state directory: is the disk full?",
		}
	}
	stop := tell(f, out)
	c := &console{path: consolePath(req.SessionDir, req.Task.ID)}
	out.Tee(c)
	h := Hooks{
		Started: func(pid int) { _ = f.addChild(pid) }, // without it, only a killed shim leaves more to look for
		Keyboard: func(_ drill.Task, k drivers.Keyboard) {
			if err := c.open(k); err != nil {
				_, _ = fmt.Fprintf(out, "lifeboat: nobody can type into this command: %v\n", err)
			}
		},
	}
	res := drill.Keep(ctx, build(req, h), req.Task, out)
	c.close()
	stop()
	res.Ended = now()
	return res
}

// putResult leaves the result. Should power be lost before its name is
// durable, its end was not seen: that is what is shown then.
func (f files) putResult(r drill.Result) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return drill.ReplaceFile(f.path("result"), data)
}

// tellEvery is how often output and progress reach their files while a task
// runs.
const tellEvery = 100 * time.Millisecond

// tell brings output and progress to their files until it is stopped.
func tell(f files, out *drill.Output) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	var before progress
	once := func() {
		var p progress
		p.Last, p.Lines, p.Bytes = out.Quiet()
		p.Progress, p.Command = out.Progress()
		if p == before {
			return
		}
		before = p
		out.Flush()
		_ = f.putProgress(p) // a comfort: the output itself is kept
	}
	go func() {
		defer close(done)
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				once()
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
		if before != (progress{}) {
			once()
		}
	}
}
