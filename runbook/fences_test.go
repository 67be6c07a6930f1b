package runbook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFences(t *testing.T) {
	tests := []struct{ name, info, text, want string }{
		{"bash", "bash", "ls -l", "bash: ls -l"},
		{"shell label", "shell", "ls", "bash: ls"},
		{"sh keeps its name", "sh", "ls", "sh: ls"},
		{"prompts", "bash", "$ ls\na b\n$ df -h\n", "bash: ls\ndf -h"},
		{"user and host", "console", "root@db1:/# ls\nx\n", "bash: ls"},
		{"brackets", "", "[root@db1 ~]# ls\nx\n", "bash: ls"},
		{"root prompt", "console", "# systemctl stop x\n", "bash: systemctl stop x"},
		{"comment, no prompt", "console", "# list it\nls -l\n", "bash: # list it\nls -l"},
		{"continuation", "console", "$ ls \\\n>  -l\ntotal 0\n", "bash: ls \\\n -l"},
		{"open quote", "console", "$ echo 'a\n> b'\na\n", "bash: echo 'a\nb'"},
		{"heredoc", "console", "$ cat <<E\n> x\n> E\nx\n", "bash: cat <<E\nx\nE"},
		{"no label, a tool", "", "kubectl get pods\n", "bash: kubectl get pods"},
		{"no label, a path", "", "./restore.sh --all\n", "bash: ./restore.sh --all"},
		{"no label, output after", "", "velero backup get\n\nNAME   STATUS   AGE\nx      y        1d\n", "bash: velero backup get"},
		{"no label, prose", "", "find the newest file and copy it to the host\n", ""},
		{"no label, placeholders", "", "velero restore create <name> --from-backup <backup>\n", "bash: velero restore create <name> --from-backup <backup>"},
		{"log", "bash", "2026-01-02 03:04:05 LOG: ready\n", ""},
		{"table", "bash", "NAME    READY   STATUS\ndb-0    1/1     Running\n", ""},
		{"yaml", "shell", "status:\n  phase: Bound\n", ""},
		{"json", "bash", "{\n  \"a\": 1\n}\n", ""},
		{"event", "bash", "Warning  FailedScheduling  3m53s  default-scheduler  no nodes\n", ""},
		{"promql", "console", "sum(rate(x[5m])) > 0\n", ""},
		{"configuration", "bash", "# postgresql.conf\nwal_level = replica\n", ""},
		{"crontab", "bash", "# m h dom\n0 2 * * * /opt/backup.sh\n", ""},
		{"sql", "postgresql", "select 1;", "sql: select 1;"},
		{"sql session", "sql", "postgres=# select 1;\n ?column?\n----------\n        1\n(1 row)\n", "sql: select 1;"},
		{"sql without label", "", "SELECT 1;\n", "sql: SELECT 1;"},
		{"ini", "ini", "[a]\nb=c\n", ""},
		{"python", "python", "import os\n", ""},
		{"ignored by its author", `sh {"ignore":"true"}`, "ls", ""},
		{"shebang", "bash", "#!/bin/bash\nls\n", "bash: #!/bin/bash\nls"},
	}
	for _, tt := range tests {
		rb := Parse("t.md", []byte("# Steps\n\nText.\n\n```"+tt.info+"\n"+strings.TrimSuffix(tt.text, "\n")+"\n```\n"))
		got := ""
		rb.allSteps(func(st *Step) {
			for _, c := range st.Commands() {
				got += c.Language + ": " + c.Script
			}
		})
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestNestedMarkdownIsOneSample(t *testing.T) {
	src := "# Steps\n\n## Copy this template\n\n```markdown\n# Restore\n\n## 1. Load\n```bash\nls\n```\n\n## 2. Check\n```\n\n## Send it\n\n```sh\nmail x\n```\n"
	rb := Parse("n.md", []byte(src))
	if diff := cmp.Diff([]string{"Copy this template", "Send it"}, stepTitles(rb.Steps)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	sample := rb.Steps[0].Blocks[0].Sample
	if sample == nil || sample.Line != 6 || sample.Text != "# Restore\n\n## 1. Load\n```bash\nls\n```\n\n## 2. Check" {
		t.Errorf("sample %+v", sample)
	}
}

func TestFenceAfterText(t *testing.T) {
	tests := []struct{ lead, text, want string }{
		{"Expected output:", "Started the unit\nDone", ""},
		{"Run this:", "start-the-unit --now", "start-the-unit --now"},
		{"Create the file `/usr/local/bin/x.sh` with the following content:", "#!/bin/bash\nls", ""},
	}
	for _, tt := range tests {
		rb := Parse("t.md", []byte("# Steps\n\n"+tt.lead+"\n\n```bash\n"+tt.text+"\n```\n"))
		got := ""
		for _, c := range rb.Steps[0].Commands() {
			got += c.Script
		}
		if got != tt.want {
			t.Errorf("after %q: got %q, want %q", tt.lead, got, tt.want)
		}
	}
}
