package runbook

import "strings"

// shells take a script by -c.
var shells = wordSet(`sh bash zsh ksh dash ash mksh rbash fish`)

// innerScript is shell that a program is given as text: `bash -c "…"`,
// `ssh host "…"`, `su - postgres -c "…"`, `eval "…"`.
func (c command) innerScript() (arg, bool) {
	args := c.args()
	switch {
	case c.line != "":
		return arg{text: c.line, src: c.line}, true
	case shells[c.name]:
		return shellScript(args)
	case listed("su runuser flock script vagrant newgrp sg gcloud multipass dsh", c.name):
		if i := commandOption(c.argv); i >= 0 {
			if _, value, ok := strings.Cut(c.argv[i].text, "="); ok && strings.HasPrefix(c.argv[i].text, "--") {
				return arg{text: value, src: value}, true
			}
			if i+1 < len(c.argv) {
				return c.argv[i+1], true
			}
		}
	case c.name == "env":
		if i := commandOption(c.argv); i >= 0 {
			value := c.argv[i]
			switch text := value.text; {
			case strings.HasPrefix(text, "--split-string="):
				value = value.from(len("--split-string="))
			case len(text) > 2 && !strings.HasPrefix(text, "--"):
				value = value.from(2)
			default:
				return wordsAsScript(c.argv[i+1:]), i+1 < len(c.argv)
			}
			return wordsAsScript(append([]arg{value}, c.argv[i+1:]...)), true
		}
	case c.name == "eval":
		return wordsAsScript(args), len(args) > 0
	case c.name == "trap" && len(args) > 1:
		return args[0], args[0].text != "-" && args[0].text != ""
	case c.name == "ssh" || c.name == "autossh":
		if host, _ := sshOptions.skipOptions(args); len(host) > 1 {
			return wordsAsScript(host[1:]), true
		}
		for _, a := range args {
			if name, value, ok := strings.Cut(a.text, "="); ok && strings.HasSuffix(strings.ToLower(name), "command") {
				return arg{text: value, src: value}, true
			}
		}
	case c.name == "az" || c.name == "salt" || c.name == "nix-shell" || c.name == "tmux" || c.name == "screen":
		return scriptOption(c)
	case strings.HasPrefix(c.name, "ansible"):
		return ansibleScript(args)
	}
	return arg{}, false
}

// shellScript is the value of a shell's -c, which may stand in a bundle of
// options and before others.
func shellScript(args []arg) (arg, bool) {
	takes := optionStyle{takes: "-o -O +o +O --rcfile --init-file"}
	given := false
	for i := 0; i < len(args); i++ {
		a := args[i].text
		switch {
		case len(a) > 1 && (a[0] == '-' || a[0] == '+') && a != "--":
			if a[0] == '-' && a[1] != '-' && strings.Contains(a, "c") || a == "--command" || a == "--commands" {
				given = true
			}
			if listed(takes.takes, a) || a[0] == '-' && a[1] != '-' && strings.HasSuffix(a, "o") {
				i++
			}
		case a == "--":
		default:
			return args[i], given
		}
	}
	return arg{}, false
}

func wordsAsScript(words []arg) arg {
	out := arg{text: strings.Join(textsOf(words), " "), src: strings.Join(srcsOf(words), " ")}
	for _, w := range words {
		out.open = out.open || w.open
	}
	return out
}

func joined(words []arg) string {
	for i, w := range words {
		if strings.HasPrefix(w.text, ":::") { // what parallel feeds
			words = words[:i]
			break
		}
	}
	return wordsAsScript(words).src
}

// scriptOption is the line that az vm run-command, salt and terminals run.
func scriptOption(c command) (arg, bool) {
	args := c.args()
	for i, a := range args {
		if (a.text == "--scripts" || a.text == "--run" || a.text == "--command" || a.text == "cmd.run" || a.text == "-X") && i+1 < len(args) {
			return args[i+1], true
		}
	}
	if (c.name == "tmux" || c.name == "screen") && len(args) > 0 {
		if last := args[len(args)-1]; strings.Contains(last.text, " ") {
			return last, true
		}
		for i, a := range args {
			if knownProgram(a.text) && i > 0 {
				return wordsAsScript(args[i:]), true
			}
		}
	}
	return arg{}, false
}

// ansibleScript is what ansible runs with -m shell -a '…', or by default.
func ansibleScript(args []arg) (arg, bool) {
	o := short("-m -a -i -u -l -f -e -t --module-name --args --inventory --user --limit").parse(args)
	if o.tells("-C --check --list-hosts --syntax-check") {
		return arg{}, false
	}
	module := "command"
	for _, m := range o.values("-m --module-name") {
		module = baseName(strings.ReplaceAll(m.text, ".", "/"))
	}
	for _, a := range o.values("-a --args") {
		switch module {
		case "command", "shell", "raw", "script", "win_shell", "win_command":
			return a, true
		case "file", "mysql_db", "postgresql_db", "user", "apt", "yum", "package", "lvol", "filesystem", "k8s", "service", "systemd", "docker_container", "docker_volume", "mount", "cron":
			if strings.Contains(a.text, "state=absent") || strings.Contains(a.text, "force=") || strings.Contains(a.text, "state=stopped") {
				return arg{text: "rm -rf " + a.text, src: "rm -rf " + a.src}, true
			}
		}
	}
	return arg{}, false
}
