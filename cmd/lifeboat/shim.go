package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/shim"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// shimWord is the argument that makes this program a shim: see drill/shim. It
// is not for people.
const shimWord = "shim"

// startShim starts this program again, as a shim. The program is taken as it
// was started: an upgrade meanwhile changes nothing for a run.
func startShim() (shim.Process, error) {
	self, err := os.Executable()
	if runtime.GOOS == "linux" {
		self, err = "/proc/self/exe", nil
	}
	if err != nil {
		return nil, err
	}
	return command.Spawn(self, os.Args[0], shimWord)
}

// supervisor does tasks in shims; nil where the program can't start itself.
func (a *app) supervisor(e *drill.Engine, inv *inventory.Inventory, secrets []string) drill.Supervisor {
	if a.start == nil {
		return nil
	}
	return &shim.Supervisor{
		Start: a.start, RunDir: e.RunDir, SessionDir: e.SessionDir, Inventory: inv, Mask: secrets, Now: a.now,
	}
}

// shimMain is the life of a shim.
func shimMain(in io.Reader, stderr io.Writer) int {
	a := &app{now: clock(), getenv: os.LookupEnv}
	code, err := shim.Serve(in, a.now, func(req shim.Request, h shim.Hooks) drill.Executor {
		estate := a.estate(req.Inventory)
		estate.Env.Runner = command.Local{Paths: serverPaths, Started: h.Started}
		l := a.local(estate, func(string) string { return req.SessionDir }, req.Mask)
		l.Keyboard = h.Keyboard
		return l
	})
	if err != nil {
		fmt.Fprintf(stderr, "%s\n", clean(err.Error()))
	}
	return code
}

// local does tasks in this process.
func (a *app) local(estate *drill.Estate, session func(run string) string, secrets []string) *drill.Local {
	l := &drill.Local{Estate: estate, Session: session}
	if len(secrets) > 0 {
		l.Mask = func(w io.Writer) io.WriteCloser { return command.NewMask(w, secrets) }
	}
	return l
}
