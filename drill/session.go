package drill

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// captureLimit is how much of a command's stdout a variable can take.
const captureLimit = 1 << 20

// session is the walk's one shell: each command is a bash of its own that
// starts with the variables, functions and directory that the last one left.
type session struct {
	runner  drivers.Runner
	dir     string   // holds sessionFiles; mode 0700
	environ []string // the operator's
	// keyboard is given that of a task's terminal.
	keyboard func(Task, drivers.Keyboard)
}

// sessionFiles hold the session between two commands. They may hold what the
// operator exported, and go when the run ends.
var sessionFiles = []string{"session.sh", "session.cwd", "vars.sh"}

// wrapper runs a script as the next part of the session. Its arguments are
// the session's directory, the directory to start in, and the script.
// Functions and variables are kept by name, without those that bash makes
// itself and those that are as the operator's environment gave them: its
// secrets stay where they are. What the engine found (vars.sh) wins over what
// was kept. A script's own EXIT trap runs before the session is kept. Every
// program that it would start beside the script costs each step time: it
// starts none, and leaves the renaming to keep.
const wrapper = `
__lb_dir=$1 __lb_script=$3
declare -A __lb_given
for __lb_v in $4; do [[ ! -v $__lb_v ]] || __lb_given[$__lb_v]=${!__lb_v}; done
if [ -r "$__lb_dir/session.sh" ]; then . "$__lb_dir/session.sh" 2>/dev/null; fi
. "$__lb_dir/vars.sh"
__lb_cwd=$2
if [ -r "$__lb_dir/session.cwd" ]; then IFS= read -r -d '' __lb_cwd < "$__lb_dir/session.cwd" || :; fi
cd -- "$__lb_cwd" 2>/dev/null || { echo "lifeboat: $__lb_cwd is gone: starting in $2" >&2; cd -- "$2" || exit; }
__lb_vars() {
  declare -f
  for __lb_v in $(compgen -v); do
    case $__lb_v in
      BASH*|EUID|PPID|SHELLOPTS|UID|FUNCNAME|GROUPS|DIRSTACK|PIPESTATUS|RANDOM|SRANDOM|SECONDS|EPOCH*|LINENO|_|__lb_*|SHLVL|PWD|OLDPWD|HISTCMD|OPTIND|COMP_*|LIFEBOAT_*) continue ;;
    esac
    [[ -v __lb_given[$__lb_v] && ${__lb_given[$__lb_v]} == "${!__lb_v}" ]] || declare -p "$__lb_v"
  done
  for __lb_v in "${!__lb_given[@]}"; do
    [[ -v $__lb_v || $__lb_v == _ ]] || echo "unset $__lb_v"
  done
}
__lb_save() {
  { set +euxC; } 2>/dev/null
  (
    umask 077
    printf '%s\0' "$PWD" > "$__lb_dir/session.cwd.new"
    { __lb_vars; echo "# whole"; } > "$__lb_dir/session.sh.new" 2>/dev/null
  )
}
trap() {
  local __lb_a __lb_on=0 __lb_rest=()
  if [[ $# -ge 2 && ( $1 == - || $1 != -* ) ]]; then
    for __lb_a in "${@:2}"; do
      case $__lb_a in EXIT|exit|0) __lb_on=1 ;; *) __lb_rest+=("$__lb_a") ;; esac
    done
  fi
  if [[ $__lb_on == 0 ]]; then builtin trap "$@"; return; fi
  if [[ ${#__lb_rest[@]} -gt 0 ]]; then builtin trap -- "$1" "${__lb_rest[@]}"; fi
  if [[ $1 == - ]]; then builtin trap __lb_save EXIT; else builtin trap -- "$1
__lb_save" EXIT; fi
}
builtin trap __lb_save EXIT
__lb_opts=$5
shift $#
set -e -o pipefail $__lb_opts
. "$__lb_script"
`

// run runs one script in the session and gives its exit and, if it was asked
// for, its stdout.
func (s session) run(ctx context.Context, t Task, out io.Writer) (drivers.Exit, *string, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return drivers.Exit{}, nil, err
	}
	script := filepath.Join(s.dir, t.ID+".sh")
	if err := os.WriteFile(script, []byte(t.Script+"\n"), 0o600); err != nil {
		return drivers.Exit{}, nil, err
	}
	defer os.Remove(script) //nolint:errcheck // its text is in the journal
	vars := filepath.Join(s.dir, "vars.sh")
	if err := os.WriteFile(vars, exports(t.Vars), 0o600); err != nil {
		return drivers.Exit{}, nil, err
	}
	defer os.Remove(vars) //nolint:errcheck // it may hold answers; the next command writes its own
	var got limited
	stdout := out
	if t.Capture != "" {
		stdout = io.MultiWriter(out, &got)
	}
	exit, err := s.runner.Run(ctx, drivers.Command{
		Argv: []string{"bash", "--noprofile", "--norc", "-c", wrapper, "bash", s.dir, t.Dir, script, s.names(), options(t)},
		Env:  s.environ, Dir: t.Dir, Stdout: stdout, Stderr: out, Timeout: t.Timeout, Terminal: s.terminal(t),
	})
	s.keep()
	if t.Capture == "" || err != nil || !exit.OK() {
		return exit, nil, err
	}
	if got.over {
		return exit, nil, fmt.Errorf("capture of %s: the command printed more than 1 MiB", t.Capture)
	}
	value := strings.TrimRight(strings.ReplaceAll(got.String(), "\r\n", "\n"), "\n")
	return exit, &value, nil
}

// options are what the script's shell is set to besides.
func options(t Task) string {
	if t.NoClobber {
		return "-C"
	}
	return ""
}

// names are those of the environment that a shell can name.
func (s session) names() string {
	var out []string
	for _, kv := range s.environ {
		if k, _, _ := strings.Cut(kv, "="); isName(k) && !strings.HasPrefix(k, "__lb_") {
			out = append(out, k)
		}
	}
	return strings.Join(out, " ")
}

// keep takes over what the wrapper left of the session, where it is whole: a
// shell that was ended, or a full disk, leaves the one from before.
func (s session) keep() {
	path := func(name string) string { return filepath.Join(s.dir, name) }
	for name, end := range map[string]string{"session.sh": "# whole\n", "session.cwd": "\x00"} {
		b, err := os.ReadFile(path(name + ".new"))
		if err == nil && strings.HasSuffix(string(b), end) {
			_ = os.Rename(path(name+".new"), path(name)) // the session from before stays
		}
	}
}

// terminal is what a task gets that needs one.
func (s session) terminal(t Task) *drivers.Terminal {
	if !t.Terminal {
		return nil
	}
	tty := &drivers.Terminal{Rows: 24, Cols: 80}
	if s.keyboard != nil {
		tty.Ready = func(k drivers.Keyboard) { s.keyboard(t, k) }
	}
	return tty
}

// exports writes variables as a script.
func exports(vars map[string]string) []byte {
	var b bytes.Buffer
	for _, k := range slices.Sorted(maps.Keys(vars)) {
		if isName(k) {
			fmt.Fprintf(&b, "export %s=%s\n", k, quote(vars[k]))
		}
	}
	return b.Bytes()
}

func isName(s string) bool {
	for i, c := range s {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// limited keeps the first captureLimit bytes.
type limited struct {
	bytes.Buffer
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	room := captureLimit - l.Len()
	if len(p) > room {
		l.over = true
		_, _ = l.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return l.Buffer.Write(p)
}

// ended sorts how a command ended into a result.
func ended(exit drivers.Exit, err error, tail []byte) Result {
	r := Result{OK: err == nil && exit.OK(), Code: exit.Code, Signal: exit.Signal, Took: exit.Took.Round(time.Millisecond)}
	last := lastLine(tail)
	switch {
	case r.OK:
	case err != nil:
		r.Error = err.Error()
	case exit.Signal != "":
		r.Error = "ended by " + exit.Signal
	default:
		r.Error = fmt.Sprintf("exit status %d", exit.Code)
		if exit.Code == 127 {
			r.Hint = "a program was not found: install it, or edit the command"
		}
	}
	if !r.OK && last != "" && err == nil {
		r.Error += ": " + last
	}
	return r
}

// lastLine is the last line with something on it, made printable.
func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimRight(string(b), "\r\n \t"), "\n")
	line := term.Line(lines[len(lines)-1])
	if r := []rune(line); len(r) > 200 {
		line = string(r[:200]) + "…"
	}
	return strings.TrimSpace(line)
}
