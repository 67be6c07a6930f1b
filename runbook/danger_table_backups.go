package runbook

// backupPrograms act on backups and on what they are restored into, apart
// from the databases' own clients.
var backupPrograms = map[string]program{
	"restic": {
		style: short("-r -p -o -H --repo --password-file --tag --host --path --keep-last --keep-daily --keep-weekly --keep-monthly --keep-yearly --keep-within --keep-tag -t --target -i -e --include --exclude"),
		reads: "snapshots stats check ls find diff cat backup dump list version mount", tells: "-n --dry-run",
		acts: []act{
			{"forget", "removes recovery points"},
			{"prune", "deletes data no recovery point needs"},
			{"key remove", "removes a key"},
			{"rewrite --forget", "removes recovery points"},
			{"restore --delete", "deletes files that the recovery point lacks"},
			{"restore -t=/|--target=/", "overwrites files of the system"},
			{"repair|rebuild-index|recover", "rewrites the repository"},
		},
	},
	"borg": {
		style: short("-a -P -e -C --prefix --glob-archives --keep-daily --keep-weekly --keep-monthly --keep-hourly --keep-last --keep-within -d -w -m -y -H"),
		reads: "list info check create extract diff mount export-tar init", tells: "-n --dry-run",
		acts: []act{{"delete", "deletes recovery points"}, {"prune", "removes recovery points"}, {"recreate", "rewrites recovery points"}, {"break-lock", "breaks a lock that may be held"}, {"compact", "deletes data no recovery point needs"}},
	},
	"kopia": {
		reads: "list show verify", tells: "--dry-run",
		acts: []act{{"snapshot|snap delete|expire|migrate|fix", "removes recovery points"}, {"blob|content|index|manifest delete|rm|gc|drop", "deletes data of the repository"}, {"repository set-parameters", "changes the repository"}, {"maintenance run", "deletes data no recovery point needs"}},
	},
	"duplicity": {
		tells: "--dry-run",
		acts:  []act{{"remove-older-than|remove-all-but-n-full|remove-all-inc-of-but-n-full|cleanup --force", "removes recovery points"}, {"restore --force", "overwrites files"}},
	},
	"duplicacy":             {tells: "-d -dry-run", style: optionStyle{words: true}, acts: []act{{"prune", "removes recovery points"}, {"restore -overwrite|-delete", "overwrites files"}}},
	"rdiff-backup":          {acts: []act{{"--remove-older-than|--force", "removes recovery points"}, {"remove", "removes recovery points"}}},
	"tarsnap":               {tells: "--dry-run", acts: []act{{"-d|--nuke", "deletes recovery points"}}},
	"proxmox-backup-client": {tells: "--dry-run", acts: []act{{"forget|prune", "removes recovery points"}}},
	"pgbackrest": {
		style: short("--stanza --repo --config --set --type --target"), tells: "--dry-run", reads: "info check backup archive-push archive-get verify version help repo-ls repo-get",
		acts: []act{
			{"stanza-delete", "deletes every backup of the stanza"},
			{"expire", "removes recovery points"},
			{"restore --delta|--force", "overwrites the cluster's directory"},
			{"repo-rm", "deletes files of the repository"},
			{"stop --force", "ends what runs"},
		},
	},
	"barman": {
		style: short("-c --config"), reads: "list-* show-* check* backup verify* cron diagnose replication-status status",
		acts: []act{{"delete", "deletes a recovery point"}, {"recover|restore", "overwrites the directory it restores into"}, {"terminate-process", "kills a process"}},
	},
	"wal-g":             {style: short("--config"), reads: "backup-list backup-show wal-show wal-verify backup-push wal-push wal-fetch st", acts: []act{{"delete", "deletes recovery points"}, {"delete-garbage", "deletes write-ahead log"}}},
	"pg_probackup":      {tells: "--dry-run", reads: "show validate backup show-config", acts: []act{{"delete|merge|del-instance", "removes recovery points"}, {"restore -I|--incremental-mode|--force", "overwrites the cluster's directory"}}},
	"pg_resetwal":       {style: short("-D -c -e -l -m -o -O -u -x --pgdata"), tells: "-n --dry-run -V", acts: []act{{"", "discards write-ahead log: data may be lost"}}},
	"pg_rewind":         {tells: "-n --dry-run -V", acts: []act{{"", "overwrites the cluster's directory"}}},
	"pg_archivecleanup": {style: short("-x"), tells: "-n -V", acts: []act{{"", "deletes archived write-ahead log"}}},
	"pg_upgrade":        {tells: "-c --check -V", acts: []act{{"-k|--link", "makes the old cluster unusable"}}},
	"xtrabackup":        {acts: []act{{"--move-back", "moves the backup away"}, {"--copy-back", "overwrites the server's directory"}}},
	"myloader":          {acts: []act{{"-o|--overwrite-tables|--purge-mode", "drops tables before it loads them"}}},
	"mysqlimport":       {style: short("-u -h -P -S"), acts: []act{{"-D|-d|-r|--delete|--replace", "deletes rows before it loads them"}}},
	"clickhouse-backup": {reads: "list create tables upload", acts: []act{{"delete|clean|clean_remote_broken", "deletes recovery points"}, {"restore|restore_remote --rm|--drop", "drops tables before it restores them"}}},
	"mongorestore": {
		style: optionStyle{takes: "-h -d -c -u -p --host --port --db --collection --username --password --uri --nsInclude --nsExclude --nsFrom --nsTo"}, tells: "--dryRun",
		acts: []act{{"--drop", "drops the collections that it restores before it creates them"}, {"", "writes into a database"}},
	},
	"mongoimport":     {acts: []act{{"--drop", "drops the collection before it loads it"}, {"--mode=delete|--mode=upsert|--mode=merge", "overwrites documents"}}},
	"redis-check-aof": {acts: []act{{"--fix", "cuts the file short"}}},
	"influx":          {reads: "list query", acts: []act{{"delete", "deletes data"}, {"bucket|org|user|auth delete|rm", "deletes it"}, {"restore --full", "overwrites the server's data"}}},
	"velero": {
		style: short("-n --namespace --kubeconfig --kubecontext -l --selector -o"), reads: "get describe logs version create",
		acts: []act{{"delete", "deletes backups, schedules or locations"}, {"uninstall", "removes Velero"}, {"restore create --existing-resource-policy=update", "overwrites objects"}},
	},
	"rclone": {
		style: short("-f --config --filter --include --exclude --transfers --checkers --bwlimit --max-age --min-age --files-from --log-file --log-level --backup-dir"), tells: "-n --dry-run", reads: "ls lsd lsl lsf lsjson size check cat copy copyto version about mkdir hashsum md5sum tree mount listremotes",
		acts: []act{
			{"sync", "deletes what the source lacks"},
			{"bisync", "deletes files on either side"},
			{"delete|deletefile|rmdirs|rmdir", "deletes files"},
			{"purge", "deletes a directory with all in it"},
			{"move|moveto", "deletes the source"},
			{"cleanup|dedupe", "deletes old versions"},
		},
	},
	"azcopy": {
		style: optionStyle{words: true}, tells: "--dry-run",
		acts: []act{{"remove|rm", "deletes blobs"}, {"sync --delete-destination=true|--delete-destination=prompt", "deletes blobs that the source lacks"}},
	},
	"gsutil": {style: short("-o -h -u"), reads: "ls cat cp du stat hash help version", tells: "-n", acts: []act{{"rm", "deletes objects"}, {"rb", "deletes a bucket"}, {"mv", "deletes the source"}, {"rsync -d", "deletes objects that the source lacks"}}},
	"bq":     {reads: "ls show query head", acts: []act{{"rm", "deletes tables or data sets"}, {"cp|load -f|--replace", "overwrites a table"}}},
	"mc":     {reads: "ls cat stat cp du diff", tells: "--dry-run --fake", acts: []act{{"rm", "deletes objects"}, {"rb", "deletes a bucket"}, {"mv", "deletes the source"}, {"mirror --remove|--overwrite", "deletes what the source lacks"}, {"admin service stop|restart", "stops a service"}}},
	"s3cmd":  {style: short("-c"), reads: "ls info get du la", tells: "-n --dry-run", acts: []act{{"del|rm|expire", "deletes objects"}, {"rb", "deletes a bucket"}, {"mv", "deletes the source"}, {"sync --delete-removed|--delete-after", "deletes what the source lacks"}}},
	"s5cmd":  {reads: "ls cat cp du head", tells: "--dry-run", acts: []act{{"rm", "deletes objects"}, {"rb", "deletes a bucket"}, {"mv", "deletes the source"}, {"sync --delete", "deletes what the source lacks"}}},
}
