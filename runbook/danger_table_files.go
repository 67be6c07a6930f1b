package runbook

// short is the style of most programs: these options take a value.
func short(takes string) optionStyle { return optionStyle{takes: takes} }

// filePrograms act on the files that they are given. Those with conditions of
// their own are in danger_files.go.
var filePrograms = map[string]program{
	"shred":    {style: short("-n -s --iterations --size --random-source"), acts: []act{{"", "overwrites files"}}, files: true},
	"truncate": {style: short("-s -r --size --reference"), acts: []act{{"", "cuts files short"}}, files: true},
	"unlink":   {acts: []act{{"", "deletes a file"}}, files: true},
	"install": {
		style: short("-g -m -o -S -t --group --mode --owner --suffix --target-directory"),
		acts:  []act{{"!-d|--directory", "overwrites files"}}, files: true, into: "-t --target-directory",
	},
	"ln": {
		style: short("-S -t --suffix --target-directory"),
		acts:  []act{{"-f|--force", "replaces what is there by a link"}}, files: true, into: "-t --target-directory",
	},
	"link":   {acts: []act{{"", "makes a link"}}, files: true},
	"sponge": {acts: []act{{"!-a", "overwrites files"}}, files: true},
	"ed":     {style: short("-p --prompt"), acts: []act{{"", "edits a file in place"}}, files: true},
	"ex":     {style: short("-c -S"), acts: []act{{"", "edits a file in place"}}},
	"patch": {
		style: short("-p -i -d -D -F -o -r -B -V -Y -z -g --input --strip --directory --output --reject-file"),
		tells: "--dry-run -C --check -v", acts: []act{{"", "changes files in place"}},
	},
	"unzip":  {style: short("-d -x -P"), tells: "-l -t -p -v -Z -n", acts: []act{{"-o", "overwrites files"}}},
	"7z":     {tells: "-so", acts: []act{{"x|e -y|-a", "overwrites files"}}},
	"cpio":   {style: short("-F -D -H -C -R -E"), tells: "-t --list", acts: []act{{"-u|--unconditional", "overwrites files"}}},
	"gunzip": {tells: "-c -t -l --stdout --list --test", acts: []act{{"-f|--force", "overwrites files"}}, files: true},
	"gzip":   {tells: "-c -t -l --stdout --list --test", acts: []act{{"-f|--force", "overwrites files"}}, files: true},
	"zstd":   {style: short("-o -T -M -D"), tells: "-c -t -l --stdout", acts: []act{{"-f|--force", "overwrites files"}, {"--rm", "deletes its input"}}, files: true, into: "-o"},
	"xz":     {tells: "-c -t -l --stdout --list --test", acts: []act{{"-f|--force", "overwrites files"}}, files: true},
	"rename": {tells: "-n --nono --no-act", acts: []act{{"-f|--force", "overwrites files"}}},
	"gpg": {
		style: short("-o -r -u --output --recipient --local-user --homedir --passphrase --passphrase-file --keyserver"),
		acts:  []act{{"--delete-keys|--delete-key|--delete-secret-keys|--delete-secret-key|--delete-secret-and-public-key", "deletes keys"}, {"--yes -o|--output", "overwrites a file"}},
	},
	"sort":          {style: short("-o -k -t -S -T --output --key --field-separator --parallel --buffer-size"), acts: []act{{"-o|--output", "overwrites a file"}}, files: true, into: "-o --output"},
	"trash-empty":   {acts: []act{{"", "deletes for good"}}},
	"tmpwatch":      {tells: "-t --test", acts: []act{{"", "deletes files"}}},
	"tmpreaper":     {tells: "-t --test", acts: []act{{"", "deletes files"}}},
	"rimraf":        {acts: []act{{"", "deletes directories with all in them"}}, files: true},
	"restorecon":    {tells: "-n", acts: []act{{"-R|-r -F", "resets labels of whole trees"}}},
	"setfacl":       {style: short("-m -x -M -X"), tells: "--test", acts: []act{{"-b|-k -R", "removes access lists of whole trees"}}, files: true},
	"git-clean":     {acts: []act{{"-f", "deletes untracked files"}}},
	"git":           gitProgram,
	"svn":           {acts: []act{{"revert", "drops local changes"}, {"delete|del|rm|remove", "deletes files"}}},
	"hg":            {acts: []act{{"update|up -C|--clean", "drops local changes"}, {"strip|purge|revert", "drops changes"}}},
	"journalctl":    {style: short("-u -n -o -p -S -U -t"), acts: []act{{"--vacuum-size|--vacuum-time|--vacuum-files", "deletes logs"}}},
	"logrotate":     {style: short("-s -l"), tells: "-d --debug", acts: []act{{"-f|--force", "rotates logs away"}}},
	"pip":           {acts: []act{{"uninstall", "removes packages"}}},
	"exiftool":      {acts: []act{{"-overwrite_original", "overwrites files"}}},
	"dos2unix":      {acts: []act{{"!-n", "changes files in place"}}, files: true},
	"ansible-vault": {acts: []act{{"encrypt|decrypt|rekey", "changes files in place"}}},
}

var gitProgram = program{
	style: optionStyle{takes: "-C -c --git-dir --work-tree -m --message -F --author --grep -o --push-option -b -B -S --since --until -e --exclude"},
	tells: "-n --dry-run",
	reads: "status log show diff fetch clone commit add merge pull init help grep blame describe ls-files rev-parse cat-file config remote bisect archive bundle apply am cherry-pick",
	acts: []act{
		{"clean -f|--force", "deletes untracked files"},
		{"reset --hard|--merge", "drops local changes"},
		{"push -f|--force|--force-with-lease|--force-if-includes", "overwrites history"},
		{"push -d|--delete|--mirror|--prune", "deletes branches"},
		{"push +*|:*", "overwrites history"},
		{"checkout|switch -f|--force|--discard-changes|--ours|--theirs", "drops local changes"},
		{"checkout .", "drops local changes"},
		{"checkout --", "drops local changes"},
		{"restore !--staged", "drops local changes"},
		{"branch -D", "deletes a branch"},
		{"branch -d|--delete", "deletes a branch"},
		{"tag -d|--delete", "deletes a tag"},
		{"stash drop|clear", "drops stashed changes"},
		{"rm !--cached", "deletes files"},
		{"worktree remove", "deletes a working tree"},
		{"reflog expire|delete", "drops history"},
		{"gc --prune=now|--prune=all", "deletes what nothing refers to"},
		{"update-ref -d", "deletes a reference"},
		{"filter-branch|filter-repo", "rewrites history"},
	},
}
