package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

var blockDevice = lazyregexp.New(`^/dev/(sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|loop\d|md|dm-\d|mapper/|disk|rdisk|vg|root|ram\d|zvol|mem|nbd|drbd|pmem|sr\d|st\d|nst\d|block|[a-z]*vg|zd\d|bcache)`)

func isDevice(path string) bool { return blockDevice.MatchString(path) }

// throwAway holds for files that keep nothing.
func throwAway(path string) bool {
	switch path {
	case "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/console", "/dev/full", "-", "/dev/zero":
		return true
	}
	return strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/dev/tcp/") || strings.HasPrefix(path, "/dev/udp/") ||
		strings.HasPrefix(path, "/dev/pts/") || strings.HasPrefix(path, "/proc/self/fd/") || strings.HasPrefix(path, ">(")
}

var underTemporary = lazyregexp.New(`^(\$\(mktemp\b|/tmp/.|/var/tmp/.|/dev/shm/.|\$\{?(TMPDIR|TMP|TEMP)(:-/tmp)?\}?/.)`)

// temporary holds for an operand under /tmp, or of mktemp.
func temporary(path string) bool {
	return !strings.Contains(path, "..") && underTemporary.MatchString(path)
}

// ownTemporary holds for what mktemp has made.
func ownTemporary(path string) bool {
	return temporary(path) && strings.HasPrefix(path, "$(mktemp")
}

// oneTemporary holds for one named file under /tmp.
func oneTemporary(path string) bool {
	return temporary(path) && !strings.ContainsAny(path, "*?[") && !strings.Contains(path, unknownWord)
}

var freshPart = lazyregexp.New("\\$\\((date|mktemp|uuidgen|openssl rand|hostname -s\\)[^/]*\\$\\(date)\\b|\\$\\$|\\$\\{?(RANDOM|EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASHPID)\\b|\\$\\{?(TS|NOW|STAMP|TIMESTAMP|RUN_ID|LIFEBOAT_RUN)\\b")

// freshName holds for a path that is new each time, by the time or a random
// number in it.
func freshName(path string) bool { return freshPart.MatchString(path) }

// overwrites says why writing a file destroys, or nothing.
func (s *shellDanger) overwrites(target arg) string {
	switch {
	case isDevice(target.text):
		return "overwrites the device " + target.text
	case target.text == "/proc/sysrq-trigger":
		return "stops the machine, or starts it again"
	case throwAway(target.text), temporary(target.src), temporary(target.text), freshName(target.text), strings.HasPrefix(target.text, "/proc/"), strings.HasPrefix(target.text, "/sys/"):
		return ""
	}
	return "overwrites the file if there is one"
}
