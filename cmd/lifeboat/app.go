package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	xterm "github.com/charmbracelet/x/term"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/shim"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/all"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/internal/term"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbooks"
	"github.com/lifeboat-dr/lifeboat/store"
)

// inventoryName is the file that makes a directory a workspace.
const inventoryName = "lifeboat.yaml"

// serverPaths is where Debian keeps the programs of database servers.
var serverPaths = []string{"/usr/local/bin", "/usr/bin", "/usr/sbin", "/sbin", "/bin"}

// app is the composition root: it knows concrete drivers and stores, and
// gives commands what they need.
type app struct {
	streams
	now    func() time.Time
	getenv func(string) (string, bool)

	dir  string // -C
	json bool   // --json

	screen io.Writer         // stdout itself, for what draws on it
	typed  <-chan string     // what the operator types, line by line; nil: not read yet
	set    map[string]string // --set
	asks   func() bool       // in place of asking the terminal, for tests

	start   func() (shim.Process, error) // starts a shim; nil: tasks run in this process
	signals *signals                     // nil in tests

	closers []func() error
}

// close ends what the command opened. Errors at this point have no reader.
func (a *app) close() {
	for _, c := range a.closers {
		_ = c()
	}
}

// stateDir is where database, run directories and log live.
func (a *app) stateDir() (string, error) {
	if d, ok := a.getenv("LIFEBOAT_STATE"); ok && d != "" {
		return filepath.Abs(d)
	}
	if d, ok := a.getenv("XDG_STATE_HOME"); ok && filepath.IsAbs(d) {
		return filepath.Join(d, "lifeboat"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("no state directory: set LIFEBOAT_STATE or HOME")
	}
	return filepath.Join(home, ".local", "state", "lifeboat"), nil
}

// runtimeDir is where shell sessions of open runs lie: in memory where the
// system has such a place for this user alone, since they may hold what the
// operator exported; else empty.
func (a *app) runtimeDir() string {
	if d, ok := a.getenv("XDG_RUNTIME_DIR"); ok && filepath.IsAbs(d) && ours(d) {
		return filepath.Join(d, "lifeboat")
	}
	d := fmt.Sprintf("/dev/shm/lifeboat-%d", os.Getuid())
	if err := os.Mkdir(d, 0o700); (err == nil || errors.Is(err, os.ErrExist)) && ours(d) {
		return d
	}
	return ""
}

// ours says that a directory is this user's, and nobody else's to write to.
func ours(dir string) bool {
	fi, err := os.Lstat(dir)
	if err != nil || !fi.IsDir() || fi.Mode().Perm()&0o077 != 0 {
		return false
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid()
}

// workspace reads lifeboat.yaml of the directory given with -C, or of the
// working directory or the nearest one above it. Without any it is nil.
func (a *app) workspace() (*inventory.Inventory, error) {
	path, err := a.findWorkspace()
	if err != nil || path == "" {
		return nil, err
	}
	state, err := a.stateDir()
	if err != nil {
		return inventory.Load(path)
	}
	return inventory.LoadKept(path, state)
}

func (a *app) findWorkspace() (string, error) {
	if a.dir != "" {
		path := filepath.Join(a.dir, inventoryName)
		if fi, err := os.Stat(a.dir); err == nil && !fi.IsDir() {
			return "", fmt.Errorf("-C %s: it is a file: give the directory that holds %s", a.dir, inventoryName)
		}
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return "", bad{exitUsage, fmt.Errorf("there is no %s in %s", inventoryName, a.dir), "run `lifeboat init` there, or give another directory with -C"}
		}
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, inventoryName)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

// estate binds the workspace to the drivers.
func (a *app) estate(inv *inventory.Inventory) *drill.Estate {
	return &drill.Estate{
		Inventory: inv,
		Registry:  all.Registry(),
		Env:       drivers.Env{Runner: command.Local{Paths: serverPaths}, Now: a.now, TmpDir: os.TempDir()},
		Lookup:    a.getenv,
	}
}

// desk opens everything a run needs. needInventory makes a missing workspace
// an error.
func (a *app) desk(ctx context.Context, needInventory bool) (*drill.Desk, error) {
	inv, err := a.workspace()
	if err != nil {
		return nil, err
	}
	if inv == nil && needInventory {
		return nil, noWorkspace()
	}
	return a.deskOf(ctx, inv)
}

func noWorkspace() error {
	return bad{exitUsage, fmt.Errorf("there is no %s here or above", inventoryName), "run `lifeboat init` to write one, give -C DIR, or try `lifeboat demo`"}
}

func (a *app) deskOf(ctx context.Context, inv *inventory.Inventory) (*drill.Desk, error) {
	dir, err := a.stateDir()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, filepath.Join(dir, "lifeboat.db"))
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, st.Close)
	host, _ := os.Hostname()
	e := &drill.Engine{
		Journal: journal{st}, History: st, Estate: a.estate(inv), Now: a.now,
		RunsDir: filepath.Join(dir, "runs"), RuntimeDir: a.runtimeDir(), Operator: a.operator(), Host: host, Version: version(),
	}
	secrets := a.secrets(inv)
	e.IsSecret, e.Mask = isSecret, func(more []string) func(string) string {
		return command.MaskText(append(slices.Clip(secrets), more...))
	}
	e.Seal = a.sealer(st, dir).Seal
	e.Executor = a.local(e.Estate, e.SessionDir, secrets)
	e.Supervisor = a.supervisor(e, inv, secrets)
	return &drill.Desk{Engine: e, Library: a.library(inv)}, nil
}

func (a *app) library(inv *inventory.Inventory) *drill.Library {
	l := &drill.Library{
		Builtin: runbooks.FS(),
		Pick: func(kind string, mode drill.Mode) (string, bool) {
			name, _, ok := runbooks.ForKind(kind, string(mode))
			return name, ok
		},
	}
	if inv != nil {
		l.Dir = inv.Dir
	}
	return l
}

// operator is who types, for the record.
func (a *app) operator() string {
	if s, ok := a.getenv("SUDO_USER"); ok && s != "" {
		return s
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// terminal says whether a screen can be drawn: never with --json, whose
// stdout is for the document.
func (a *app) terminal() bool {
	return !a.json && isTerminal(a.in) && isTerminal(a.screen)
}

// canAsk says whether a person can be asked a line.
func (a *app) canAsk() bool {
	if a.asks != nil {
		return a.asks()
	}
	if a.json {
		return isTerminal(a.in) && isTerminal(a.err)
	}
	return a.terminal()
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && xterm.IsTerminal(f.Fd())
}

// talk is where an operator is spoken to: stdout, or stderr where --json
// keeps stdout for the document.
func (a *app) talk() io.Writer {
	if a.json {
		return a.err
	}
	return a.out
}

// say speaks to the operator.
func (a *app) say(format string, args ...any) {
	fmt.Fprint(a.talk(), cleanf(format, args...))
}

// printJSON prints the one document of a command.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(term.JSON(a.out))
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printf prints a line of a command's answer, with control characters removed.
func (a *app) printf(format string, args ...any) {
	fmt.Fprint(a.out, cleanf(format, args...))
}

// sweep brings the runs of lifeboats that died to an end, and says so. What
// it can't do hinders nothing else.
func (a *app) sweep(ctx context.Context, d *drill.Desk, unattended string) {
	told, err := d.Sweep(ctx, unattended)
	if err != nil {
		told = append(told, err.Error())
	}
	for _, l := range told {
		fmt.Fprint(a.err, cleanf("lifeboat: %s\n", l))
	}
}
