package inventory

import (
	"maps"
	"slices"
	"strings"
)

// option is a key that only one driver, or the source of one kind, understands.
type option struct {
	name string
	form form
	doc  string // for the schema and the reference
}

// form is what the value of an option may look like.
type form string

const (
	formText  form = "text"
	formCount form = "count" // a whole number from 1
	formFlag  form = "flag"  // true or false
	formPath  form = "path"  // made absolute, unless it is an address
	formList  form = "list"  // one value or a list of values
)

// Kinds lists the kinds of workload that lifeboat.yaml may name.
func Kinds() []string {
	return []string{"postgresql", "mysql", "sqlite", "files", "bucket", "kubernetes", "etcd", "vm"}
}

var pattern = option{"pattern", formText, "file name pattern of recovery points that other scripts left in the repository, such as orders-*.dump"}

// copyOptions: driver → the keys that a copy of it may have beside the common
// ones. WithDrivers replaces the names, not what is known of their values.
var copyOptions = map[string][]option{
	"sqlite": {
		pattern,
		{"tables", formList, "tables that every recovery point must have"},
		{"application_id", formText, "PRAGMA application_id that every recovery point must have"},
	},
	"pgdump": {
		{"format", formText, "archive format: custom or directory"},
		{"database", formText, "database to back up and to look for, where the DSN names another"},
		{"jobs", formCount, "parallel jobs of dump and restore"},
		pattern,
		{"schema", formText, "only these schemas, separated by commas"},
		{"timezone", formText, "time zone of the host that wrote the dumps, for names with a time in them"},
		{"bindir", formPath, "directory of the PostgreSQL programs"},
	},
	"rsync": {
		{"exclude", formList, "patterns that are left out of a snapshot"},
		{"exclude_from", formPath, "file with one exclusion pattern a line"},
		{"checksum", formFlag, "true: compare contents too, not only size and time"},
		pattern,
	},
	"pgbackrest": {
		{"stanza", formText, "pgBackRest stanza"},
		{"config", formPath, "pgbackrest.conf"},
		{"repo", formCount, "number of the repository in pgbackrest.conf"},
		{"jobs", formCount, "parallel processes"},
	},
	"pgbasebackup": {
		{"archive", formPath, "where archived WAL lies: a directory or an address"},
		{"format", formText, "plain or tar"},
		{"jobs", formCount, "parallel jobs"},
		pattern,
	},
	"mysqldump": {
		{"database", formText, "database to back up; left out: all"},
		{"defaults_file", formPath, "MySQL option file that holds user and password"},
		{"binlog", formPath, "where binary logs are kept"},
		{"jobs", formCount, "parallel jobs"},
		pattern,
	},
	"mariabackup": {
		{"defaults_file", formPath, "MySQL option file that holds user and password"},
		{"binlog", formPath, "where binary logs are kept"},
		{"jobs", formCount, "parallel threads"},
		pattern,
	},
	"restic": {
		{"password_file", formPath, "file that holds the repository's password"},
		{"password_command", formText, "command that prints the repository's password"},
		{"tag", formText, "only snapshots with this tag"},
		{"host", formText, "only snapshots of this host"},
		{"exclude", formList, "patterns that are left out of a snapshot"},
		{"exclude_from", formPath, "file with one exclusion pattern a line"},
	},
	"s3":       cloud(option{"prefix", formText, "only objects below this prefix"}),
	"rds":      cloud(option{"instance", formText, "DB instance"}, option{"cluster", formText, "Aurora cluster"}),
	"cloudsql": cloud(option{"project", formText, "Google Cloud project"}, option{"instance", formText, "Cloud SQL instance"}),
	"ebs":      cloud(option{"instance", formText, "EC2 instance"}, option{"volume", formText, "EBS volume"}),
	"velero": {
		{"context", formText, "kube context"},
		{"kubeconfig", formPath, "kubeconfig file"},
		{"namespace", formText, "namespace that Velero runs in; left out: velero"},
		{"backup_schedule", formText, "Velero Schedule whose backups are meant"},
		{"location", formText, "BackupStorageLocation"},
		{"selector", formText, "label selector of the backups"},
		{"namespaces", formList, "namespaces that the backup includes"},
	},
	"etcd": {
		{"endpoints", formList, "endpoints to take the snapshot from"},
		{"cacert", formPath, "certificate of the authority"},
		{"cert", formPath, "client certificate"},
		{"key", formPath, "key of the client certificate"},
		pattern,
	},
}

// cloud adds the keys that every driver of a cloud service accepts.
func cloud(own ...option) []option {
	return append(own,
		option{"region", formText, "region of the service"},
		option{"profile", formText, "named profile of the service's own credentials"},
		option{"endpoint", formText, "address of a compatible service"},
	)
}

// sourceRule says what the source of one kind must hold and may hold. dsn and
// path are known everywhere.
type sourceRule struct {
	anyOf   []string // one of these must be there; none: nothing must
	options []option
}

var managed = []option{
	{"instance", formText, "managed instance: RDS, Cloud SQL, EC2"},
	{"cluster", formText, "Aurora cluster"},
	{"region", formText, "region of the service"},
	{"profile", formText, "named profile of the service's own credentials"},
	{"project", formText, "Google Cloud project"},
}

var sourceRules = map[string]sourceRule{
	"postgresql": {[]string{"dsn", "instance", "cluster"}, managed},
	"mysql": {[]string{"dsn", "instance", "cluster", "defaults_file"}, append(slices.Clone(managed),
		option{"defaults_file", formPath, "MySQL option file that holds user and password"})},
	"sqlite": {[]string{"path"}, nil},
	"files":  {[]string{"path"}, nil},
	"bucket": {[]string{"bucket"}, cloud(
		option{"bucket", formText, "name or address of the bucket"},
		option{"prefix", formText, "only objects below this prefix"})},
	"kubernetes": {nil, []option{
		{"context", formText, "kube context"},
		{"kubeconfig", formPath, "kubeconfig file"},
		{"namespace", formText, "namespace"},
		{"namespaces", formList, "namespaces"},
		{"selector", formText, "label selector"},
	}},
	"etcd": {[]string{"endpoints"}, []option{
		{"endpoints", formList, "endpoints of the cluster"},
		{"cacert", formPath, "certificate of the authority"},
		{"cert", formPath, "client certificate"},
		{"key", formPath, "key of the client certificate"},
	}},
	"vm": {[]string{"instance", "volume"}, append(slices.Clone(managed),
		option{"volume", formText, "volume"})},
}

// sourcePrefix marks, in WithDrivers, a key of the source.
const sourcePrefix = "source."

// builtinDrivers gives copyOptions in the form of WithDrivers.
func builtinDrivers() map[string][]string {
	drivers := make(map[string][]string, len(copyOptions))
	for driver, options := range copyOptions {
		drivers[driver] = names(options)
	}
	return drivers
}

func names(options []option) []string {
	var keys []string
	for _, o := range options {
		keys = append(keys, o.name)
	}
	return keys
}

// formOf gives the form of a key; text where nothing is known of it.
func formOf(options []option, key string) form {
	for _, o := range options {
		if o.name == key {
			return o.form
		}
	}
	return formText
}

// driverKeys splits what a driver accepts into keys of the copy and of the
// source.
func (r *reader) driverKeys(driver string) (own, source []string) {
	for _, key := range r.drivers[driver] {
		if k, ok := strings.CutPrefix(key, sourcePrefix); ok {
			source = append(source, k)
		} else {
			own = append(own, key)
		}
	}
	return own, source
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
