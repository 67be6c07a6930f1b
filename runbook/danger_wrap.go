package runbook

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// wrapper is a program that runs the command line given to it.
type wrapper struct {
	valued     string // its options that take a value
	operands   int    // arguments before the command
	assigns    bool   // takes NAME=value before the command
	needsDash  bool   // the command follows "--"
	subcommand string // only `name subcommand` wraps: any of these
	elsewhere  bool   // runs it in another place, which the operand before names
}

// containerOptions take a value before the container's or service's name.
const containerOptions = "-u -e -w -v -p -h -l -m -f --user --env --env-file --workdir --index --name --network --entrypoint --volume --mount " +
	"--publish --platform --hostname --label --memory --cpus --volumes-from --network-alias --restart --add-host --project-name --file"

var wrappers = map[string]wrapper{
	"sudo": {valued: "-u -g -h -p -C -r -t -T -U -D --user --group --host --chdir", assigns: true},
	"doas": {valued: "-u -C"}, "env": {valued: "-u -C -S --unset --chdir", assigns: true},
	"xargs": {valued: "-I -n -P -L -d -a -s -E --max-args --max-procs --delimiter --arg-file"},
	"nohup": {}, "setsid": {}, "time": {}, "command": {}, "exec": {}, "builtin": {}, "stdbuf": {valued: "-i -o -e"},
	"timeout": {valued: "-s -k --signal --kill-after", operands: 1}, "nice": {valued: "-n --adjustment"},
	"ionice": {valued: "-c -n -p --class --classdata"}, "chroot": {operands: 1, elsewhere: true}, "flock": {valued: "-w -E --wait", operands: 1},
	"watch": {valued: "-n --interval"}, "strace": {valued: "-o -e -p"}, "chronic": {}, "parallel": {valued: "-j -I --jobs --joblog"},
	"kubectl": {subcommand: "exec run debug", needsDash: true, elsewhere: true}, "oc": {subcommand: "exec run debug rsh", needsDash: true, elsewhere: true},
	"docker":         {valued: containerOptions, operands: 1, subcommand: "exec run", elsewhere: true},
	"podman":         {valued: containerOptions, operands: 1, subcommand: "exec run", elsewhere: true},
	"nerdctl":        {valued: containerOptions, operands: 1, subcommand: "exec run", elsewhere: true},
	"docker-compose": {valued: containerOptions, operands: 1, subcommand: "exec run", elsewhere: true},
	"gosu":           {operands: 1}, "su-exec": {operands: 1}, "busybox": {}, "caffeinate": {}, "unbuffer": {}, "torsocks": {},
	"runuser": {valued: "-u -g -G --user --group"}, "setpriv": {valued: "--reuid --regid"}, "!": {}, "taskset": {operands: 1},
}

// shells take a script by -c.
var shells = wordSet(`sh bash zsh ksh dash`)

// command is a command line without what it was wrapped in.
type command struct {
	name   string // of the program, without its directory
	argv   []arg
	at     Pos
	places []string // the containers it runs in
	env    []string // NAME=value before it
	xargs  bool     // it gets more arguments, from elsewhere
}

func (c command) args() []arg { return c.argv[min(1, len(c.argv)):] }

func (c command) what() string { return strings.Join(textsOf(c.argv), " ") }

// command reads a call as what it runs in the end.
func (s *shellDanger) command(call *syntax.CallExpr) command {
	var c command
	for _, a := range call.Assigns {
		if a.Name != nil && a.Value != nil {
			c.env = append(c.env, a.Name.Value+"="+s.expand(a.Value).src)
		}
	}
	c.unwrap(s.args(call))
	if spec, ok := clients[c.name]; ok {
		for _, name := range strings.Fields(spec.env) {
			if value, set := s.vars[name]; set {
				c.env = append(c.env, name+"="+value)
			}
		}
	}
	return c
}

// unwrap takes wrappers off a command line: `sudo -u postgres timeout 5m
// dropdb x` becomes `dropdb x`.
func (c *command) unwrap(argv []arg) {
	for range 8 {
		if len(argv) == 0 {
			break
		}
		w, ok := wrappers[baseName(argv[0].text)]
		if !ok {
			break
		}
		inner, ok := w.inner(argv)
		if !ok {
			break
		}
		c.passed(w, argv[:len(argv)-len(inner)])
		argv = inner
	}
	if c.argv = argv; len(argv) > 0 {
		c.name = baseName(argv[0].text)
	}
}

// passed keeps what matters of a wrapper, from its name to its command.
func (c *command) passed(w wrapper, words []arg) {
	switch baseName(words[0].text) {
	case "xargs", "parallel":
		c.xargs = true
	}
	for i, a := range words {
		if w.assigns && assignment.MatchString(a.text) {
			c.env = append(c.env, a.src)
		}
		if w.elsewhere && i > 0 && !w.needsDash && i == len(words)-1 {
			c.places = append(c.places, a.src)
		}
	}
	if w.elsewhere && w.needsDash {
		for _, a := range words[1:] {
			if !strings.HasPrefix(a.text, "-") && !slices.Contains(strings.Fields(w.subcommand), a.text) {
				c.places = append(c.places, a.src)
			}
		}
	}
}

// inner is the command line within argv, which begins with the wrapper.
func (w wrapper) inner(argv []arg) ([]arg, bool) {
	rest := argv[1:]
	if w.subcommand != "" {
		if rest = w.afterSubcommand(rest); rest == nil {
			return nil, false
		}
	}
	if w.needsDash {
		for i, a := range rest {
			if a.text == "--" {
				return rest[i+1:], i+1 < len(rest)
			}
		}
		return nil, false
	}
	rest = w.skipOptions(rest)
	if len(rest) <= w.operands {
		return nil, false
	}
	return rest[w.operands:], true
}

// afterSubcommand is what follows `exec`, which options of the program may
// precede.
func (w wrapper) afterSubcommand(rest []arg) []arg {
	for i, a := range rest {
		switch {
		case slices.Contains(strings.Fields(w.subcommand), a.text):
			return rest[i+1:]
		case strings.HasPrefix(a.text, "-"), a.text == "compose", i > 0 && strings.HasPrefix(rest[i-1].text, "-"):
		default:
			return nil
		}
	}
	return nil
}

func (w wrapper) skipOptions(args []arg) []arg {
	valued := wordSet(w.valued)
	for len(args) > 0 {
		a := args[0].text
		switch {
		case a == "--":
			return args[1:]
		case takesNext(a, valued) && len(args) > 1:
			args = args[2:]
		case strings.HasPrefix(a, "-") && len(a) > 1, w.assigns && assignment.MatchString(a):
			args = args[1:]
		default:
			return args
		}
	}
	return nil
}

// takesNext holds for an option whose value is the next word: --user, -u, and
// -iu.
func takesNext(a string, valued map[string]bool) bool {
	if valued[a] || len(a) < 3 || a[0] != '-' || a[1] == '-' {
		return valued[a]
	}
	for j := 1; j < len(a); j++ {
		if valued["-"+a[j:j+1]] {
			return j == len(a)-1
		}
	}
	return false
}

var sshOptions = wrapper{valued: "-p -i -l -o -F -J -L -R -D -W -b -c -e -m -w -E"}

// innerScript is shell that a program is given as text: `bash -c "…"`,
// `ssh host "…"`, `su - postgres -c "…"`, `eval "…"`.
func (c command) innerScript() string {
	args := c.args()
	switch {
	case shells[c.name], c.name == "su", c.name == "runuser":
		for i, a := range args {
			short := strings.HasPrefix(a.text, "-") && !strings.HasPrefix(a.text, "--") && strings.HasSuffix(a.text, "c")
			if (short || a.text == "--command") && i+1 < len(args) {
				return args[i+1].src
			}
		}
	case c.name == "eval":
		return strings.Join(srcsOf(args), " ")
	case c.name == "trap" && len(args) > 1:
		return args[0].src
	case c.name == "ssh":
		if host := sshOptions.skipOptions(args); len(host) > 1 {
			return strings.Join(srcsOf(host[1:]), " ")
		}
	}
	return ""
}

// where names the places other than this machine that a command acts in.
func (c command) where() []string {
	places := slices.Clone(c.places)
	if c.name == "ssh" {
		if host := sshOptions.skipOptions(c.args()); len(host) > 0 {
			places = append(places, host[0].src)
		}
	}
	return places
}
