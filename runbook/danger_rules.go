package runbook

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// verbRule names the words of a command line that destroy: all must be among
// its arguments in this order, options aside.
type verbRule struct {
	words string
	why   string
}

var verbRules = map[string][]verbRule{
	"kubectl": {{"delete", "deletes Kubernetes objects"}, {"replace --force", "deletes and recreates objects"}, {"drain", "evicts every pod of a node"}},
	"oc":      {{"delete", "deletes Kubernetes objects"}, {"replace --force", "deletes and recreates objects"}},
	"helm":    {{"uninstall", "removes a release with its objects"}, {"delete", "removes a release with its objects"}},
	"aws": {
		{"s3 rm", "deletes objects"},
		{"s3 rb", "deletes a bucket"},
		{"s3 sync --delete", "deletes objects that the source lacks"},
		{"s3api delete-object", "deletes objects"},
		{"s3api delete-objects", "deletes objects"},
		{"s3api delete-bucket", "deletes a bucket"},
		{"rds delete-db-instance", "deletes a database"},
		{"rds delete-db-cluster", "deletes a database cluster"},
		{"rds delete-db-snapshot", "deletes a recovery point"},
		{"rds delete-db-cluster-snapshot", "deletes a recovery point"},
		{"ec2 terminate-instances", "terminates machines"},
		{"ec2 delete-volume", "deletes a volume"},
		{"ec2 delete-snapshot", "deletes a recovery point"},
		{"ec2 deregister-image", "removes an image"},
		{"dynamodb delete-table", "deletes a table"},
		{"backup delete-recovery-point", "deletes a recovery point"},
		{"kms schedule-key-deletion", "makes what the key encrypted unreadable"},
		{"cloudformation delete-stack", "deletes a stack"},
	},
	"gcloud":     {{"delete", "deletes a resource"}},
	"gsutil":     {{"rm", "deletes objects"}, {"rb", "deletes a bucket"}, {"rsync -d", "deletes objects that the source lacks"}},
	"bq":         {{"rm", "deletes tables or data sets"}},
	"az":         {{"delete", "deletes a resource"}, {"delete-batch", "deletes blobs"}, {"purge", "deletes for good"}},
	"azcopy":     {{"remove", "deletes blobs"}, {"sync --delete-destination=true", "deletes blobs that the source lacks"}},
	"terraform":  {{"destroy", "destroys infrastructure"}, {"apply -destroy", "destroys infrastructure"}, {"state rm", "forgets a resource"}},
	"tofu":       {{"destroy", "destroys infrastructure"}, {"state rm", "forgets a resource"}},
	"terragrunt": {{"destroy", "destroys infrastructure"}, {"run-all destroy", "destroys infrastructure"}},
	"pulumi":     {{"destroy", "destroys infrastructure"}},
	"docker": {
		{"volume rm", "deletes a volume with its data"},
		{"volume prune", "deletes unused volumes"},
		{"system prune", "deletes what is unused"},
		{"compose down -v", "deletes the volumes too"},
		{"compose down --volumes", "deletes the volumes too"},
	},
	"docker-compose": {{"down -v", "deletes the volumes too"}, {"down --volumes", "deletes the volumes too"}},
	"velero":         {{"delete", "deletes backups, schedules or locations"}, {"backup delete", "deletes a backup"}},
	"restic":         {{"forget", "removes recovery points"}, {"prune", "deletes data no recovery point needs"}},
	"borg":           {{"delete", "deletes recovery points"}, {"prune", "removes recovery points"}},
	"pgbackrest":     {{"stanza-delete", "deletes every backup of the stanza"}, {"expire", "removes recovery points"}},
	"barman":         {{"delete", "deletes a recovery point"}},
	"wal-g":          {{"delete", "deletes recovery points"}},
	"rclone":         {{"delete", "deletes files"}, {"purge", "deletes a directory with all in it"}, {"sync", "deletes what the source lacks"}},
	"mc":             {{"rm", "deletes objects"}, {"rb", "deletes a bucket"}},
	"s3cmd":          {{"del", "deletes objects"}, {"rb", "deletes a bucket"}},
	"s5cmd":          {{"rm", "deletes objects"}, {"rb", "deletes a bucket"}},
	"redis-cli":      {{"flushall", "deletes every key"}, {"flushdb", "deletes every key of a database"}},
	"etcdctl":        {{"del", "deletes keys"}, {"member remove", "removes a member of the cluster"}},
	"zfs":            {{"destroy", "destroys a file system or snapshot"}, {"rollback", "drops what was written since the snapshot"}},
	"zpool":          {{"destroy", "destroys a pool"}},
	"mysqladmin":     {{"drop", "drops a database"}},
	"git":            {{"clean -f", "deletes untracked files"}, {"push --force", "overwrites history"}, {"reset --hard", "drops local changes"}},
	"virsh":          {{"undefine", "removes a machine"}, {"vol-delete", "deletes a volume"}, {"snapshot-delete", "deletes a snapshot"}},
	"ceph":           {{"osd purge", "removes an OSD with its data"}, {"pool delete", "deletes a pool"}},
	"rbd":            {{"rm", "deletes an image"}},
}

// alwaysDestructive are programs that destroy whatever they are given.
var alwaysDestructive = map[string]string{
	"shred": "overwrites files", "wipefs": "erases file system signatures", "dropdb": "drops a database", "dropuser": "drops a role",
	"mkswap": "overwrites the device", "lvremove": "removes a volume with its data", "vgremove": "removes a volume group",
	"pvremove": "removes a physical volume", "sgdisk": "rewrites a partition table", "sfdisk": "rewrites a partition table",
	"pg_resetwal": "discards write-ahead log: data may be lost", "pg_archivecleanup": "deletes archived write-ahead log",
	"blkdiscard": "discards the device", "userdel": "deletes an account",
}

// destructive says why a call destroys something, or nothing.
func destructive(name string, args []string) string {
	if why, ok := alwaysDestructive[name]; ok {
		return why
	}
	if strings.HasPrefix(name, "mkfs") {
		return "makes a new file system over the device"
	}
	if why := destructiveOption(name, args); why != "" {
		return why
	}
	if slices.Contains(args, "can-i") { // kubectl auth can-i delete …
		return ""
	}
	for _, rule := range verbRules[name] {
		if hasWords(args, strings.Fields(rule.words)) {
			return rule.why
		}
	}
	return ""
}

// destructiveOption judges programs that destroy only with certain options.
func destructiveOption(name string, args []string) string {
	switch name {
	case "rm":
		if hasFlag(args, "rR", "", "--recursive") {
			return "deletes directories with all in them"
		}
	case "dd":
		for _, a := range args {
			if target, ok := strings.CutPrefix(a, "of="); ok && target != "/dev/null" {
				return "overwrites " + target
			}
		}
	case "tee", "cp", "mv":
		if n := len(args); n > 0 && isDevice(args[n-1]) {
			return "overwrites the device " + args[n-1]
		}
	case "pg_restore":
		if hasFlag(args, "c", "FdhpUjntTILPSfN", "--clean") {
			return "drops the objects that it restores before it creates them"
		}
	case "rsync":
		for _, a := range args {
			if strings.HasPrefix(a, "--del") || strings.HasPrefix(a, "--remove-source-files") {
				return "deletes files that the source lacks"
			}
		}
	case "find":
		if slices.Contains(args, "-delete") {
			return "deletes every file it finds"
		}
		return findExec(args)
	case "truncate":
		if slices.Contains(args, "-s") || hasPrefixed(args, "--size") || hasPrefixed(args, "-s") {
			return "cuts files short"
		}
	}
	return ""
}

// findExec looks into `find … -exec rm -rf {} +`.
func findExec(args []string) string {
	for i, a := range args {
		if (a == "-exec" || a == "-execdir") && i+1 < len(args) {
			inner := unwrap(args[i+1:])
			if len(inner) == 0 {
				return ""
			}
			if baseName(inner[0]) == "rm" {
				return "deletes every file it finds"
			}
			return destructive(baseName(inner[0]), inner[1:])
		}
	}
	return ""
}

// hasWords holds where the arguments have all words in this order. A word
// that is no option must not be the value of anything, so options are passed
// over and other arguments may stand between.
func hasWords(args, words []string) bool {
	i := 0
	for _, a := range args {
		if a == "--help" || a == "-h" || strings.HasPrefix(a, "--dry-run") && a != "--dry-run=none" {
			return false
		}
		if i < len(words) && (strings.EqualFold(a, words[i]) || shortFlag(a, words[i])) {
			i++
		}
	}
	return i == len(words)
}

// shortFlag holds where -xdf has the flag -f.
func shortFlag(arg, flag string) bool {
	return len(flag) == 2 && flag[0] == '-' && len(arg) > 2 && arg[0] == '-' && arg[1] != '-' && strings.Contains(arg[1:], flag[1:])
}

// hasFlag holds where one of the short flags is set, also among others as in
// -rf, or the long one. What follows a letter that takes a value is no flag:
// pg_restore's -Fc is not -c.
func hasFlag(args []string, short, valued, long string) bool {
	for _, a := range args {
		switch {
		case a == "--":
			return false
		case a == long:
			return true
		case len(a) < 2 || a[0] != '-' || a[1] == '-':
			continue
		}
		for _, letter := range a[1:] {
			if strings.ContainsRune(short, letter) {
				return true
			}
			if strings.ContainsRune(valued, letter) {
				break
			}
		}
	}
	return false
}

func hasPrefixed(args []string, prefix string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, prefix) })
}

var blockDevice = lazyregexp.New(`^/dev/(sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|loop\d|md\d|dm-\d|mapper/|disk|rdisk|vg|root|ram\d)`)

func isDevice(path string) bool { return blockDevice.MatchString(path) }
