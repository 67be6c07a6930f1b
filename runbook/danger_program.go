package runbook

import "strings"

// program describes when a program destroys, and what it then acts on.
type program struct {
	style optionStyle
	tells string // options with which it only tells, or pretends
	reads string // words that make it only read: whichever word comes first decides
	acts  []act  // the first that holds says why
	// files: the words are paths, and the only ones that it acts on, with the
	// values of the options of into. Other programs act on what their
	// environment says too, which can't be told.
	files bool
	into  string
}

// act is a way to destroy.
type act struct {
	// when has words, in order, and options: "s3 sync --delete". A word or
	// option may be one of several, "rm|remove", the begin of one, "delete*",
	// an option with its value, "--replicas=0", or one that must not be there,
	// "!--cached". Empty: always.
	when string
	why  string
}

// alwaysTells are options with which next to no program acts.
const alwaysTells = "--help --version"

// destroys says why a command line destroys, or nothing.
func (p program) destroys(o options) string {
	if p.onlyTells(o) {
		return ""
	}
	limit := len(o.words)
	if limit > 0 && o.word(limit-1) == "help" && listed(p.reads, "help") {
		return ""
	}
	for i, w := range o.words {
		if p.reads != "" && matchesAny(strings.Fields(p.reads), w.text) {
			limit = i
			break
		}
	}
	for _, a := range p.acts {
		if a.holds(o, limit) {
			return a.why
		}
	}
	return ""
}

// onlyTells holds for a call that was asked to pretend. The last of several
// --dry-run counts.
func (p program) onlyTells(o options) bool {
	tells := false
	for _, f := range o.flags {
		switch {
		case listed(alwaysTells, f.name) && !f.given:
			return true
		case f.name == "--no-dry-run" || f.name == "--no-dryrun":
			tells = false
		case !listed(p.tells, f.name):
		case !f.given || !strings.HasPrefix(f.name, "-") || !strings.Contains(f.name, "dry"):
			tells = true
		default:
			tells = listed("client server true 1 yes t", strings.ToLower(f.value.text))
		}
	}
	return tells
}

// holds matches an act's words among those before limit, and its options.
func (a act) holds(o options, limit int) bool {
	next := 0
	for _, token := range strings.Fields(a.when) {
		unwanted, negated := strings.CutPrefix(token, "!")
		if negated {
			if o.hasToken(unwanted) {
				return false
			}
			continue
		}
		if token[0] == '-' {
			if !o.hasToken(token) {
				return false
			}
			continue
		}
		options := strings.Split(token, "|")
		for next < limit && !matchesAny(options, o.words[next].text) {
			next++
		}
		if next >= limit {
			return false
		}
		next++
	}
	return true
}

// hasToken matches "-f|--force" and "--replicas=0".
func (o options) hasToken(token string) bool {
	for _, one := range strings.Split(token, "|") {
		name, value, valued := strings.Cut(one, "=")
		if !valued && o.has(one) {
			return true
		}
		for _, v := range o.values(name) {
			if valued && v.text == value {
				return true
			}
		}
	}
	return false
}

func matchesAny(patterns []string, word string) bool {
	for _, p := range patterns {
		if begin, ok := strings.CutSuffix(p, "*"); ok && len(word) >= len(begin) && strings.EqualFold(word[:len(begin)], begin) {
			return true
		}
		if strings.EqualFold(p, word) {
			return true
		}
	}
	return false
}

// operands are the words that a destructive call acts on; see Finding.
func (p program) operands(o options) []string {
	out := srcsOf(o.words)
	for _, f := range o.flags {
		known := listed(p.style.takes, f.name) || listed(p.style.attached, f.name)
		if f.given && (!p.files || !known || listed(p.into, f.name)) {
			out = append(out, f.value.src)
		}
	}
	if !p.files {
		out = append(out, unknownWord)
	}
	return out
}

// programOf finds a program's description.
func programOf(name string) (program, bool) {
	if same, ok := sameProgram[name]; ok {
		name = same
	}
	for _, table := range []map[string]program{filePrograms, diskPrograms, machinePrograms, backupPrograms, clusterPrograms, cloudPrograms, servicePrograms} {
		if p, ok := table[name]; ok {
			return p, true
		}
	}
	if strings.HasPrefix(name, "mkfs.") || strings.HasPrefix(name, "newfs_") {
		p := diskPrograms["mkfs"]
		if name == "mkfs.xfs" || name == "mkfs.btrfs" || name == "mkfs.ext4" || name == "mkfs.ext3" || name == "mkfs.ext2" {
			p.tells += " -n -N"
		}
		if name == "mkfs.btrfs" { // -n is a size there
			p.tells = "-V"
		}
		return p, true
	}
	return program{}, false
}

// sameProgram gives programs with the command line of another.
var sameProgram = map[string]string{
	"oc": "kubectl", "k3s": "kubectl", "microk8s": "kubectl", "minikube": "kubectl", "tofu": "terraform", "terragrunt": "terraform", "podman": "docker", "nerdctl": "docker",
	"docker-compose": "docker", "podman-compose": "docker", "poweroff": "reboot", "halt": "reboot", "kexec": "reboot", "ip6tables": "iptables", "iptables-legacy": "iptables", "iptables-nft": "iptables",
	"mke2fs": "mkfs", "newfs": "mkfs", "mkdosfs": "mkfs", "mkntfs": "mkfs", "srm": "shred", "wipe": "shred", "scrub": "shred",
	"deluser": "userdel", "groupdel": "userdel", "delgroup": "userdel", "apt": "apt-get", "aptitude": "apt-get", "dnf": "yum", "zypper": "yum", "microdnf": "yum", "tdnf": "yum",
	"pkill": "killall", "skill": "killall", "chgrp": "chown", "pg_ctlcluster": "pg_ctl", "gsed": "sed", "bsdtar": "tar", "gtar": "tar",
	"cgdisk": "fdisk", "cfdisk": "fdisk", "gdisk": "fdisk", "mcli": "mc", "mariadb-admin": "mysqladmin", "mariadb-backup": "xtrabackup", "innobackupex": "xtrabackup", "mariabackup": "xtrabackup",
	"vgremove": "lvremove", "pvremove": "lvremove", "vgreduce": "lvremove", "lvreduce": "lvremove", "wal-e": "wal-g", "doctl": "cloudctl", "hcloud": "cloudctl", "oci": "cloudctl",
	"linode-cli": "cloudctl", "openstack": "cloudctl", "ibmcloud": "cloudctl", "scw": "cloudctl", "aliyun": "cloudctl", "eksctl": "cloudctl", "kops": "cloudctl", "vultr-cli": "cloudctl",
	"flyctl": "cloudctl", "fly": "cloudctl", "gh": "cloudctl", "glab": "cloudctl", "argocd": "cloudctl", "flux": "cloudctl", "clusterctl": "cloudctl", "govc": "cloudctl", "lxc": "cloudctl", "incus": "cloudctl",
	"qm": "cloudctl", "pct": "cloudctl", "pvesh": "cloudctl", "crictl": "cloudctl", "ctr": "cloudctl", "vagrant": "cloudctl", "kind": "cloudctl", "k3d": "cloudctl", "neonctl": "cloudctl", "pscale": "cloudctl", "supabase": "cloudctl", "tsh": "cloudctl",
}
