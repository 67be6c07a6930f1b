package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// tools are programs and builtins whose name as the first word makes a line
// read as shell.
var tools = wordSet(`aws gcloud gsutil bq az azcopy kubectl oc helm helmfile kustomize kubectx kubens kubeadm kubelet k9s k3s velero
	argocd flux istioctl linkerd calicoctl cilium crictl ctr nerdctl docker docker-compose podman buildah skopeo minikube kind
	terraform terragrunt tofu packer pulumi ansible ansible-playbook ansible-vault vagrant vault consul nomad boundary doctl hcloud
	fly flyctl heroku cf eksctl gcloud-auth openstack govc ipmitool
	psql pg_dump pg_dumpall pg_restore pg_basebackup pg_ctl pg_ctlcluster pg_lsclusters pg_isready pg_verifybackup pg_waldump
	pg_controldata pg_rewind pg_upgrade pgbackrest barman wal-g wal-e patronictl repmgr createdb dropdb createuser dropuser
	initdb vacuumdb reindexdb pgbench mysql mysqldump mysqladmin mysqlbinlog mysqlcheck mysqlpump mysqlimport mariadb
	mariadb-dump mariadb-backup mariabackup xtrabackup innobackupex mydumper myloader mongo mongosh mongodump mongorestore
	mongoexport mongoimport redis-cli redis-server sqlite3 cqlsh nodetool sqlcmd influx influxd clickhouse-client etcdctl
	etcdutl restic borg rclone rsync duplicity duply kopia s3cmd s5cmd mc minio swift
	ssh scp sftp ssh-keygen ssh-copy-id ssh-add ssh-keyscan sudo su doas systemctl journalctl service initctl supervisorctl
	apt apt-get apt-cache dpkg yum dnf rpm zypper apk brew snap pip pip3 pipenv poetry npm npx yarn pnpm node python python3
	ruby bundle rails rake gem php composer artisan java mvn gradle go cargo rustc dotnet mix perl gcc
	git gh glab hub svn cd ls cp mv rm mkdir rmdir chmod chown chgrp touch cat echo printf grep egrep zgrep fgrep rg sed awk gawk mawk
	xargs tee tar gzip gunzip zcat zip unzip bzip2 xz zstd pigz pv dd df du lsblk blkid fdisk sfdisk parted mkfs mkfs.ext4 mkfs.xfs
	mkswap mount umount fsck e2fsck resize2fs xfs_repair xfs_growfs tune2fs lvs vgs pvs lvcreate lvextend lvremove lvresize
	pvcreate vgcreate vgextend vgcfgrestore mdadm zfs zpool btrfs cryptsetup losetup sync swapoff swapon
	curl wget http openssl gpg gpg2 age certbot keytool jq yq xmllint base64 md5sum sha1sum sha256sum sha512sum shasum cksum
	dig nslookup ping traceroute mtr nc ncat netcat telnet ss netstat ip ifconfig iptables nft firewall-cmd ufw tcpdump nmap arp
	ps top htop pgrep pkill killall lsof strace ltrace fuser vmstat iostat iotop sar free uptime uname dmesg sysctl ulimit nproc
	crontab timedatectl hostnamectl chronyc ntpq date tmux screen nohup timeout env export source unset alias eval exec trap umask
	whoami id useradd usermod userdel groupadd passwd visudo chattr lsattr setfacl getfacl getenforce setenforce restorecon
	stat readlink realpath basename dirname ln diff cmp comm tr uniq wc cut nano vi vim emacs pushd popd bash sh zsh ksh
	nginx apachectl httpd haproxy squid postfix postqueue mailq rabbitmqctl kafka-topics kafka-topics.sh
	kafka-consumer-groups kafka-consumer-groups.sh kafka-configs.sh zkCli.sh ceph rados rbd radosgw-admin cephadm gluster drbdadm
	pcs crm crm_mon corosync-cfgtool virsh virtctl qemu-img vmtool chef-client knife puppet salt salt-call mco
	gitlab-ctl gitlab-psql gitlab-rails gitlab-rake gitlab-backup cmctl kubeseal sops cosign trivy syft logcli promtool amtool
	curlie ab wrk k6 vegeta hey just task mage bats pytest jest lifeboat runme unseal tailscale wg wg-quick nats nats-server
	stellar cmk snap-store growpart partprobe udevadm lspci lsusb smartctl nvme hdparm nbdkit qm pct pvesm zcat pbzip2 lz4 pssh
	reboot shutdown poweroff halt sshfs screenfetch rke rke2 talosctl kops clusterctl omnictl tctl tsh step bosh credhub uaac cfdot
	exit logout pwd mongod mongos mysqld mysqld_safe etcd cassandra adb gradlew mvnw make cmake jps jstack jmap jcmd hdfs hadoop yarnpkg spark-submit beeline zookeeper-shell.sh`)

// commonWords are tools whose names are also plain English; they need a sign
// of shell beside them.
var commonWords = wordSet(`make time test find sort watch wait host install more less who last at read exit set type kill join split head
	tail cut service source step task just free top date go node git-up screen sync stat id mount date open set local command true
	false return for while if case until select function crm uptime age http perl hey fly swift mix hub just bundle snap service
	import export env`)

var (
	pathCommand = lazyregexp.New(`^(\.{1,2}/|/|~/|\$\{?[A-Z_]+\}?/|(bin|sbin|scripts?|tools|hack|ci|ops|vendor|node_modules|\.venv|venv)/)[\w./${}@+-]*[\w}]$|^[\w.-]+/[\w./-]+\.(sh|py|pl|rb|bash)$`)
	scriptName  = lazyregexp.New(`^[\w.-]+\.(sh|py|pl|rb|bash|php|jar|js)$`)
	shellSign   = lazyregexp.New(`(^|\s)--?\w|[|$=*~]|/|&&|;|\.\w+\b|"|'`)
	assignment  = lazyregexp.New(`^[A-Za-z_]\w*\+?=`)
	proseEnd    = lazyregexp.New(`[a-z]{2}[.:,]$`)
)

// reading is how a piece of shell reads.
type reading int

const (
	readsForeign reading = iota // no shell, or shell by accident only
	readsNeutral                // blank, or only comments
	readsShell                  // a known tool, a path, an assignment, a compound command
)

// statementReading judges one parsed statement; text is its source.
func statementReading(st *syntax.Stmt, text string) reading {
	switch cmd := st.Cmd.(type) {
	case nil:
		return readsForeign // a redirection alone
	case *syntax.CallExpr:
		return callReading(cmd, text)
	case *syntax.BinaryCmd:
		return statementReading(cmd.X, text)
	case *syntax.FuncDecl:
		return readsShell
	case *syntax.Subshell, *syntax.ArithmCmd, *syntax.Block:
		return readsForeign // "(5 rows)" and JSON parse as these
	case *syntax.TestClause, *syntax.IfClause, *syntax.WhileClause, *syntax.ForClause, *syntax.CaseClause, *syntax.DeclClause, *syntax.TimeClause:
		return readsShell
	}
	return readsForeign
}

func callReading(call *syntax.CallExpr, text string) reading {
	if len(call.Args) == 0 {
		if len(call.Assigns) > 0 {
			return assignReading(text)
		}
		return readsForeign
	}
	name, ok := literal(call.Args[0])
	if !ok {
		if len(call.Assigns) > 0 || pathCommand.MatchString(text) || len(call.Args) > 1 {
			return readsShell // $CMD args
		}
		return readsForeign
	}
	line, _, _ := strings.Cut(text, "\n")
	if !knownTool(name) {
		if flagged(call, name) && !outputLine.MatchString(line) {
			return readsShell
		}
		return readsForeign
	}
	if len(call.Args) > 1 && call.Args[1].Lit() == "=" {
		return readsForeign // a setting: source = "…"
	}
	if commonWords[name] && !shellSign.MatchString(strings.TrimPrefix(line, name)) && len(strings.Fields(line)) > 3 {
		return readsForeign
	}
	if len(strings.Fields(line)) > 6 && proseEnd.MatchString(strings.TrimSpace(line)) && !shellSign.MatchString(strings.TrimRight(line, ".")) {
		return readsForeign
	}
	return readsShell
}

// assignReading tells an assignment from a label of a metric, "pod=db-1,".
func assignReading(text string) reading {
	if strings.HasSuffix(strings.TrimSpace(text), ",") {
		return readsForeign
	}
	return readsShell
}

var programName = lazyregexp.New(`^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$`)

// flagged holds for the call of a program that we do not know: a name in
// lower case, words, and options as nothing but a command has them.
func flagged(call *syntax.CallExpr, name string) bool {
	if !programName.MatchString(name) || len(call.Args) < 2 {
		return false
	}
	second := call.Args[1].Lit()
	if second != "" && !strings.ContainsAny(second[:1], "-./~$<") && !programName.MatchString(second) {
		return false
	}
	for _, a := range call.Args[1:] {
		if option.MatchString(a.Lit()) {
			return true
		}
		if strings.HasSuffix(a.Lit(), ",") || strings.HasSuffix(a.Lit(), ":") {
			return false // prose, or a log
		}
	}
	return false
}

var option = lazyregexp.New(`^(-[A-Za-z]|--[a-z][a-z0-9-]+(=.*)?)$`)

// knownTool holds for a first word that is a program: by name, as a path or
// as a script.
func knownTool(name string) bool {
	return tools[name] || (strings.Contains(name, "/") && pathCommand.MatchString(name)) || (strings.Contains(name, ".") && scriptName.MatchString(name)) ||
		strings.HasPrefix(name, "kubectl-") || strings.HasPrefix(name, "mkfs.") || strings.HasPrefix(name, "pg_")
}

// chunk is one statement or one run of blank and comment lines of a text.
type chunk struct {
	from, to int // lines, half open
	reads    reading
}

// longestStatement bounds how many lines are tried as one statement.
const longestStatement = 80

// patience is after how many foreign statements in a row the rest of a text
// is not looked at.
const patience = 20

// chunks cuts lines into statements and judges each.
func chunks(lines []string) []chunk {
	var out []chunk
	foreign := 0
	for i := 0; i < len(lines) && foreign < patience; {
		if t := strings.TrimSpace(lines[i]); t == "" || strings.HasPrefix(t, "#") {
			out = append(out, chunk{i, i + 1, readsNeutral})
			i++
			continue
		}
		c := statementAt(lines, i)
		if foreign++; c.reads != readsForeign {
			foreign = 0
		}
		out = append(out, c)
		i = c.to
	}
	return out
}

// statementAt reads the statement that begins on line i: as many lines as it
// takes to be complete.
func statementAt(lines []string, i int) chunk {
	bad := chunk{i, i + 1, readsForeign}
	for j := i + 1; j <= len(lines) && j-i <= longestStatement; j++ {
		if continues(lines[j-1]) && j < len(lines) {
			continue
		}
		text := strings.Join(lines[i:j], "\n")
		file, err := parseShell(text, "bash")
		if err != nil {
			if isIncomplete(err) {
				continue
			}
			return bad
		}
		if len(file.Stmts) == 0 {
			return chunk{i, j, readsNeutral}
		}
		return chunk{i, j, statementReading(file.Stmts[0], text)}
	}
	return bad
}

// continues holds for a line with an odd number of backslashes at its end.
func continues(line string) bool {
	line = strings.TrimRight(line, " \t")
	n := len(line) - len(strings.TrimRight(line, `\`))
	return n%2 == 1
}
