package runbook

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// destructive says why a call destroys something, or nothing.
func (c command) destructive() string {
	args := textsOf(c.args())
	if slices.Contains(args, "--help") || slices.Contains(args, "--version") {
		return ""
	}
	if why, ok := alwaysDestructive[c.name]; ok {
		return why
	}
	if strings.HasPrefix(c.name, "mkfs") {
		return "makes a new file system over the device"
	}
	for _, judge := range []func(command, []string) string{fileOption, processOption, restoreOption} {
		if why := judge(c, args); why != "" {
			return why
		}
	}
	if (c.name == "kubectl" || c.name == "oc") && onlyReads(args) {
		return ""
	}
	for _, rule := range verbRules[c.name] {
		if hasWords(args, strings.Fields(rule.words)) {
			return rule.why
		}
	}
	return cloudOption(c, args)
}

// onlyReads holds for `kubectl describe pod delete`, `auth can-i delete`.
func onlyReads(args []string) bool {
	for i, a := range args {
		switch {
		case a == "-n" || i > 0 && args[i-1] == "-n" || strings.HasPrefix(a, "-"):
		case a == "delete" || a == "replace" || a == "drain" || a == "scale":
			return false
		case a == "get" || a == "describe" || a == "logs" || a == "explain" || a == "top" || a == "can-i":
			return true
		}
	}
	return false
}

// temporary holds for an operand under /tmp, or of mktemp.
func temporary(path string) bool {
	if strings.Contains(path, "..") {
		return false
	}
	return strings.HasPrefix(path, "$(mktemp") || strings.HasPrefix(path, "/tmp/") || strings.HasPrefix(path, "/var/tmp/")
}

// ownTemporary holds for what mktemp has made.
func ownTemporary(path string) bool { return temporary(path) && path[0] == '$' }

// removes judges rm: nothing is said of one named file that is not of the
// system, nor of what the script made with mktemp.
func (c command) removes(args []string) string {
	operands := c.operands()
	switch {
	case c.xargs:
		return "deletes every file it is given"
	case len(operands) > 0 && !slices.ContainsFunc(operands, func(o string) bool { return !ownTemporary(o) }):
		return ""
	case hasFlag(args, "rR", "", "--recursive"):
		return "deletes directories with all in them"
	}
	for _, o := range operands {
		if strings.ContainsAny(o, "*?") || strings.HasPrefix(o, unknownWord) || strings.HasPrefix(o, "/") && !temporary(o) {
			return "deletes files"
		}
	}
	return ""
}

// fileOption judges programs that destroy files only with certain options.
func fileOption(c command, args []string) string {
	switch c.name {
	case "rm", "unlink":
		return c.removes(args)
	case "dd":
		for _, a := range args {
			if target, ok := strings.CutPrefix(a, "of="); ok && target != "/dev/null" && !temporary(target) {
				return "overwrites " + target
			}
		}
	case "tee", "cp", "mv":
		if n := len(args); n > 0 && isDevice(args[n-1]) {
			return "overwrites the device " + args[n-1]
		}
	case "rsync":
		if hasFlag(args, "n", "efTBM", "--dry-run") {
			return ""
		}
		if hasPrefixed(args, "--del") || hasPrefixed(args, "--remove-source-files") {
			return "deletes files that the source lacks"
		}
	case "find":
		if slices.Contains(args, "-delete") {
			return "deletes every file it finds"
		}
	case "truncate":
		if slices.ContainsFunc(c.operands(), func(o string) bool { return !temporary(o) }) {
			return "cuts files short"
		}
	case "tar", "bsdtar":
		return unpacksOverSystem(args)
	}
	return ""
}

var systemDirectory = lazyregexp.New(`^/+((etc|boot|usr|bin|sbin|lib|var|home|root|opt|srv)(/|$)|$)`)

// unpacksOverSystem holds for tar that extracts over directories in use.
func unpacksOverSystem(args []string) string {
	extracts := hasFlag(args, "x", "fCb", "--extract") || hasFlag(args, "x", "fCb", "--get") || len(args) > 0 && args[0] != "" && args[0][0] != '-' && strings.Contains(args[0], "x")
	if !extracts {
		return ""
	}
	if hasFlag(args, "P", "fCb", "--absolute-names") {
		return "overwrites files wherever the archive says"
	}
	for _, dir := range valuesOf(args, "-C", "--directory") {
		if systemDirectory.MatchString(dir) {
			return "overwrites files under " + dir
		}
	}
	return ""
}

// processOption judges what stops services and processes.
func processOption(c command, args []string) string {
	switch c.name {
	case "shutdown":
		if !slices.Contains(args, "-c") {
			return "stops the machine"
		}
	case "init", "telinit":
		if slices.Contains(args, "0") || slices.Contains(args, "6") {
			return "stops the machine"
		}
	case "kill":
		for i, a := range args {
			signal := strings.TrimPrefix(strings.ToUpper(a), "SIG")
			if a == "-9" || strings.EqualFold(a, "-KILL") || strings.EqualFold(a, "-SIGKILL") || i > 0 && args[i-1] == "-s" && (signal == "KILL" || signal == "9") {
				return "kills processes without a chance to write what they hold"
			}
		}
	}
	if len(c.argv) > 0 && strings.HasPrefix(c.argv[0].text, "/etc/init.d/") && len(args) > 0 && (args[0] == "stop" || args[0] == "restart") {
		return "stops a service"
	}
	return ""
}

// restoreOption judges programs that write a backup into a database.
func restoreOption(c command, args []string) string {
	switch c.name {
	case "pg_restore":
		read := clients[c.name].read(c.args())
		switch {
		case read.asks:
		case read.dropping:
			return "drops the objects that it restores before it creates them"
		case read.database:
			return "writes into a database"
		}
	case "mongorestore":
		switch {
		case slices.Contains(args, "--dryRun"):
		case slices.Contains(args, "--drop"):
			return "drops the collections that it restores before it creates them"
		default:
			return "writes into a database"
		}
	}
	return ""
}

// cloudOption judges verbs that come in many spellings.
func cloudOption(c command, args []string) string {
	dry := hasPrefixed(args, "--dry-run") || slices.Contains(args, "--dryrun") || slices.Contains(args, "help")
	switch {
	case dry:
	case c.name == "aws" && len(args) > 1:
		words := plainWords(args)
		for _, w := range words[:min(len(words), 4)] { // `aws --profile p SERVICE VERB`
			if strings.HasPrefix(w, "delete-") || strings.HasPrefix(w, "batch-delete-") || strings.HasPrefix(w, "terminate-") || strings.HasPrefix(w, "purge-") {
				return "deletes: " + w
			}
		}
	case c.name == "kubectl" || c.name == "oc":
		if slices.Contains(args, "scale") && slices.Contains(valuesOf(args, "", "--replicas"), "0") {
			return "stops every replica"
		}
	case c.name == "git" && slices.Contains(args, "push"):
		if slices.ContainsFunc(args, func(a string) bool { return len(a) > 1 && a[0] == '+' }) {
			return "overwrites history"
		}
	}
	return ""
}

// findExec judges what find runs on each file.
func (s *shellDanger) findExec(c command) {
	if c.name != "find" {
		return
	}
	for i, a := range c.argv {
		if a.text != "-exec" && a.text != "-execdir" && a.text != "-ok" || i+1 >= len(c.argv) {
			continue
		}
		inner := command{at: c.at, places: c.places, xargs: true}
		inner.unwrap(c.argv[i+1:])
		why := inner.destructive()
		if script := inner.innerScript(); script != "" {
			s.script(script, c.at, append(slices.Clone(s.outer), append(c.where(), unknownWord)...), s.depth+1)
		}
		if why != "" {
			s.addAt(c.at, c.what(), why, append(c.where(), c.operands()...))
		}
		return
	}
}
