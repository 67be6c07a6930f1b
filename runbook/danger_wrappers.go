package runbook

import "strings"

// wrapper is a program that runs the command line given to it.
type wrapper struct {
	takes      string // its options that take a value
	operands   int    // arguments before the command
	assigns    bool   // takes NAME=value before the command
	subcommand string // only `name subcommand` wraps: any of these
	elsewhere  bool   // runs it in another place, which the operand before names
	foreign    bool   // runs it in another environment
	feeds      bool   // gives it more arguments
	joined     bool   // its words are one line of shell
	late       bool   // takes options after the operand too
}

// containerOptions take a value before the container's or service's name.
const containerOptions = "-u -e -w -v -p -h -l -m -f --user --env --env-file --workdir --index --name --network --entrypoint --volume --mount " +
	"--publish --platform --hostname --label --memory --cpus --volumes-from --network-alias --restart --add-host --project-name --file --pull --cap-add --ulimit --shm-size --gpus --ipc --pid --security-opt --tmpfs --log-driver --stop-timeout --dns --profile --project-directory --context --host"

var inContainer = wrapper{takes: containerOptions, operands: 1, subcommand: "exec run", elsewhere: true, foreign: true}

var inPod = wrapper{
	takes: "-n -c -f --namespace --container --context --kubeconfig --image --filename --pod-running-timeout --as --cluster --user -s", operands: 1,
	subcommand: "exec run debug rsh", elsewhere: true, foreign: true, late: true,
}

var wrappers = map[string]wrapper{
	"sudo":   {takes: "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --chdir --prompt --close-from --role --type --other-user --command-timeout", assigns: true, foreign: true},
	"doas":   {takes: "-u -C -a", foreign: true},
	"pkexec": {takes: "--user", foreign: true}, "run0": {takes: "-u -g -D --user --unit --property --setenv", foreign: true}, "sudoedit": {},
	"env":   {takes: "-u -C --unset --chdir --default-signal --ignore-signal --block-signal", assigns: true, foreign: true},
	"xargs": {takes: "-I -n -P -L -d -a -s -E --max-args --max-procs --max-lines --max-chars --delimiter --arg-file --process-slot-var", feeds: true},
	"nohup": {}, "setsid": {}, "time": {takes: "-f -o --format --output"}, "command": {}, "exec": {takes: "-a"}, "builtin": {}, "stdbuf": {takes: "-i -o -e --input --output --error"},
	"timeout": {takes: "-s -k --signal --kill-after", operands: 1}, "gtimeout": {takes: "-s -k --signal --kill-after", operands: 1}, "nice": {takes: "-n --adjustment"},
	"ionice": {takes: "-c -n -p -P -u --class --classdata"}, "chrt": {takes: "-T -P -D", operands: 1}, "taskset": {takes: "", operands: 1}, "numactl": {takes: "-N -m -C -i -p --cpunodebind --membind --physcpubind --interleave"},
	"chroot": {takes: "--userspec --groups", operands: 1, elsewhere: true}, "nsenter": {takes: "-t -S -G -r -w -W --target --setuid --setgid", elsewhere: false, foreign: true},
	"unshare": {takes: "-S -G -R -w --setgroups --root --wd"}, "setpriv": {takes: "--reuid --regid --groups --bounding-set --inh-caps"},
	"flock": {takes: "-w -E --wait --timeout --conflict-exit-code", operands: 1}, "watch": {takes: "-n -q --interval --equexit", joined: true},
	"strace": {takes: "-o -e -p -s -u -E -P -a"}, "ltrace": {takes: "-o -e -p -s -u -n -a"}, "perf": {takes: "-o -e -p -F", subcommand: "stat record trace"}, "chronic": {}, "ts": {}, "unbuffer": {}, "torsocks": {}, "proxychains": {}, "proxychains4": {}, "caffeinate": {takes: "-t -w"},
	"parallel":        {takes: "-j -I -S -a -n -N -L --jobs --joblog --sshlogin --arg-file --delay --timeout --retries --colsep --tmpdir --results", feeds: true, joined: true},
	"systemd-run":     {takes: "-p -u -H -M -E -t --unit --property --description --slice --uid --gid --nice --setenv --on-calendar --on-active --working-directory --host --machine --service-type --timer-property", foreign: true},
	"systemd-inhibit": {takes: "--what --who --why --mode"}, "systemd-cat": {takes: "-t -p --identifier --priority"},
	"gosu": {operands: 1}, "su-exec": {operands: 1}, "setuidgid": {operands: 1}, "s6-setuidgid": {operands: 1}, "chpst": {takes: "-u -U -e -/ -n -l -m -d -o -p -f -c -t -0"}, "busybox": {}, "toybox": {}, "fakeroot": {}, "eatmydata": {}, "dbus-run-session": {}, "xvfb-run": {}, "linux64": {}, "setarch": {},
	"runuser": {takes: "-u -g -G -s -c -w --user --group --shell --command", foreign: true}, "cgexec": {takes: "-g"}, "runcon": {takes: "-t -u -r -l", operands: 0}, "capsh": {},
	"dumb-init": {}, "tini": {}, "catchsegv": {}, "valgrind": {}, "hyperfine": {takes: "-w -r -n -p -c", joined: true}, "retry": {takes: "-t -d -n -s"}, "entr": {}, "!": {}, "sg": {operands: 1, joined: true}, "then": {}, "coproc": {},
	"kubectl": inPod, "oc": inPod, "docker": inContainer, "podman": inContainer, "nerdctl": inContainer, "docker-compose": inContainer, "podman-compose": inContainer,
	"ip": {subcommand: "exec", operands: 1}, "lxc": {subcommand: "exec", operands: 1, elsewhere: true, foreign: true}, "incus": {subcommand: "exec", operands: 1, elsewhere: true, foreign: true},
	"pct": {subcommand: "exec", operands: 1, elsewhere: true, foreign: true}, "machinectl": {subcommand: "shell", operands: 1, elsewhere: true, foreign: true}, "lxc-attach": {takes: "-n --name", foreign: true},
	"pdsh": {takes: "-w -x -g -l -R -f -t -u", joined: true, foreign: true}, "clush": {takes: "-w -x -g -l -f -t -u", joined: true, foreign: true}, "mosh": {takes: "-p --ssh", operands: 1, elsewhere: true, foreign: true}, "pssh": {takes: "-h -H -l -p -t -o -e -x", joined: true, foreign: true}, "parallel-ssh": {takes: "-h -H -l -p -t -o -e -x", joined: true, foreign: true}, "sshpass": {takes: "-p -f -d -P"}, "autossh": {takes: "-M"},
	"aws-vault": {subcommand: "exec", operands: 1}, "poetry": {subcommand: "run"}, "pipenv": {subcommand: "run"}, "uv": {subcommand: "run"}, "bundle": {subcommand: "exec"}, "direnv": {subcommand: "exec", operands: 1}, "doppler": {subcommand: "run"}, "op": {subcommand: "run"}, "chamber": {subcommand: "exec", operands: 1}, "teller": {subcommand: "run"},
}

// within is the command line within argv, which begins with the wrapper.
func (w wrapper) within(argv []arg) ([]arg, bool) {
	rest := argv[1:]
	if w.subcommand != "" {
		if rest = w.afterSubcommand(rest); rest == nil {
			return nil, false
		}
	}
	rest, dashed := w.skipOptions(rest)
	if w.operands > 0 && !dashed {
		if len(rest) <= w.operands {
			return nil, false
		}
		rest, _ = w.skipDash(rest[w.operands:])
	} else if dashed && w.operands > 0 && w.takesOperandAfterDash() {
		rest = rest[min(w.operands, len(rest)):]
	}
	return rest, len(rest) > 0
}

func (w wrapper) takesOperandAfterDash() bool { return !w.elsewhere }

// skipDash drops a "--" between an operand and the command.
func (w wrapper) skipDash(rest []arg) ([]arg, bool) {
	for len(rest) > 0 && w.late && strings.HasPrefix(rest[0].text, "-") && rest[0].text != "-" {
		text := rest[0].text
		rest = rest[1:]
		if text == "--" {
			return rest, true
		}
		if takesNext(text, w.takes) && len(rest) > 0 {
			rest = rest[1:]
		}
	}
	if len(rest) > 0 && rest[0].text == "--" {
		return rest[1:], true
	}
	return rest, false
}

// afterSubcommand is what follows `exec`, which options of the program may
// precede.
func (w wrapper) afterSubcommand(rest []arg) []arg {
	for i, a := range rest {
		switch {
		case listed(w.subcommand, a.text):
			return rest[i+1:]
		case strings.HasPrefix(a.text, "-"), a.text == "compose", a.text == "netns", a.text == "container", a.text == "kubectl":
		case i > 0 && strings.HasPrefix(rest[i-1].text, "-"):
		default:
			return nil
		}
	}
	return nil
}

// skipOptions drops a wrapper's own options; dashed says that "--" ended them.
func (w wrapper) skipOptions(args []arg) (rest []arg, dashed bool) {
	for len(args) > 0 {
		a := args[0].text
		switch {
		case a == "--":
			return args[1:], true
		case takesNext(a, w.takes) && len(args) > 1:
			args = args[2:]
		case strings.HasPrefix(a, "-") && len(a) > 1, a == "-", w.assigns && assignment.MatchString(a):
			args = args[1:]
		default:
			return args, false
		}
	}
	return nil, false
}

// takesNext holds for an option whose value is the next word: --user, -u, and
// -iu.
func takesNext(a, takes string) bool {
	if listed(takes, a) {
		return true
	}
	if len(a) < 3 || a[0] != '-' || a[1] == '-' {
		return false
	}
	for j := 1; j < len(a); j++ {
		if listed(takes, "-"+a[j:j+1]) {
			return j == len(a)-1
		}
	}
	return false
}
