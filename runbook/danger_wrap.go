package runbook

import "strings"

// wrapper is a program that runs the command line given to it.
type wrapper struct {
	valued     string // its options that take a value
	operands   int    // arguments before the command
	assigns    bool   // takes NAME=value before the command
	needsDash  bool   // the command follows "--"
	subcommand string // only `name subcommand` wraps
}

var wrappers = map[string]wrapper{
	"sudo": {valued: "-u -g -h -p -C -r -t -T -U -D --user --group --host --chdir", assigns: true},
	"doas": {valued: "-u -C"}, "env": {valued: "-u -C -S --unset --chdir", assigns: true},
	"xargs": {valued: "-I -n -P -L -d -a -s -E --max-args --max-procs --delimiter --arg-file"},
	"nohup": {}, "setsid": {}, "time": {}, "command": {}, "exec": {}, "builtin": {}, "eval": {}, "stdbuf": {valued: "-i -o -e"},
	"timeout": {valued: "-s -k --signal --kill-after", operands: 1}, "nice": {valued: "-n --adjustment"},
	"ionice": {valued: "-c -n -p --class --classdata"}, "chroot": {operands: 1}, "flock": {valued: "-w -E --wait", operands: 1},
	"watch": {valued: "-n --interval"}, "strace": {valued: "-o -e -p"}, "chronic": {}, "parallel": {valued: "-j -I --jobs --joblog"},
	"kubectl": {subcommand: "exec", needsDash: true}, "oc": {subcommand: "exec", needsDash: true},
	"docker":         {valued: "-u -e -w --user --env --workdir", operands: 1, subcommand: "exec"},
	"podman":         {valued: "-u -e -w --user --env --workdir", operands: 1, subcommand: "exec"},
	"docker-compose": {valued: "-u -e -w --user --env --workdir --index", operands: 1, subcommand: "exec"},
	"su":             {},
}

// shells take a script by -c.
var shells = wordSet(`sh bash zsh ksh dash`)

// unwrap takes wrappers off a command line: `sudo -u postgres timeout 5m
// dropdb x` becomes `dropdb x`.
func unwrap(argv []string) []string {
	for range 8 {
		if len(argv) == 0 {
			return nil
		}
		w, ok := wrappers[baseName(argv[0])]
		if !ok {
			return argv
		}
		inner, ok := w.inner(argv)
		if !ok {
			return argv
		}
		argv = inner
	}
	return argv
}

// inner is the command line within argv, which begins with the wrapper.
func (w wrapper) inner(argv []string) ([]string, bool) {
	rest := argv[1:]
	if baseName(argv[0]) == "docker" && len(rest) > 1 && rest[0] == "compose" {
		rest = rest[1:]
	}
	if w.subcommand != "" {
		if len(rest) == 0 || rest[0] != w.subcommand {
			return nil, false
		}
		rest = rest[1:]
	}
	if w.needsDash {
		for i, a := range rest {
			if a == "--" {
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

func (w wrapper) skipOptions(args []string) []string {
	valued := wordSet(w.valued)
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--":
			return args[1:]
		case valued[a] && len(args) > 1:
			args = args[2:]
		case strings.HasPrefix(a, "-") && len(a) > 1, w.assigns && assignment.MatchString(a):
			args = args[1:]
		default:
			return args
		}
	}
	return nil
}

// innerScript is shell that a program is given as text: `bash -c "…"`,
// `ssh host "…"`, `su - postgres -c "…"`, `eval "…"`.
func innerScript(name string, args []string) string {
	switch {
	case shells[name], name == "su":
		for i, a := range args {
			if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, "c") && i+1 < len(args) {
				return args[i+1]
			}
		}
	case name == "eval":
		return strings.Join(args, " ")
	case name == "ssh":
		host := wrapper{valued: "-p -i -l -o -F -J -L -R -D -W -b -c -e -m -w -E"}.skipOptions(args)
		if len(host) > 1 {
			return strings.Join(host[1:], " ")
		}
	}
	return ""
}

// optionValues gives the values of options, as `-c text`, `-ctext` or
// `--command=text`.
func optionValues(args []string, options map[string]bool) []string {
	var values []string
	for i, a := range args {
		if name, value, ok := strings.Cut(a, "="); ok && options[name] && strings.HasPrefix(name, "--") {
			values = append(values, value)
			continue
		}
		switch {
		case bundled(a, options):
			if i+1 < len(args) {
				values = append(values, args[i+1])
			}
		case len(a) > 2 && a[0] == '-' && a[1] != '-' && options[a[:2]]:
			values = append(values, a[2:])
		}
	}
	return values
}

// bundled holds for an option that takes the next argument, alone or at the
// end of others: -c, -tAc.
func bundled(a string, options map[string]bool) bool {
	if options[a] {
		return true
	}
	if len(a) < 3 || a[0] != '-' || a[1] == '-' || strings.ContainsAny(a, " ;") || len(a) > 6 {
		return false
	}
	return options["-"+a[len(a)-1:]]
}
