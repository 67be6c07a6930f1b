package runbook

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestShapes reads shapes in which people write steps and commands: each step
// by its title, and below it what would run.
func TestShapes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"items split by fences that are not indented",
			"# X\n\n0. Set the name:\n\n```\nNAME=db\n```\n\n1. Stop the writes\n\n```\nkubectl scale deploy/x --replicas=0\n```\n",
			"Set the name | NAME=db\nStop the writes | kubectl scale deploy/x --replicas=0",
		},
		{"bold numbers", "# Guide\n\n**1. Dump it** :recycle:\n\nText.\n\n**2. Load it**\n\nText.\n", "Dump it\nLoad it"},
		{
			"headings glued on both sides", "#Setup#\n\n```\n$ls dump\n```\n\n#Load it#\n\n```\n$mongorestore dump\n```\n",
			"Setup | ls dump\nLoad it | mongorestore dump",
		},
		{
			"a task in prose among tasks with commands",
			"# X\n\n## Create the copy\n\n```sh\nls\n```\n\n## Switch the traffic\n\nSee the wiki.\n\n## Remove the original\n\n```sh\nls -l\n```\n",
			"Create the copy | ls\nSwitch the traffic\nRemove the original | ls -l",
		},
		{
			"what explains a step is no step",
			"# X\n\n## Steps\n\n### Save it\n\n```sh\nls\n```\n\n### Revision difference\n\nClients may perceive it.\n\n### Load it\n\n```sh\nls -l\n```\n",
			"Save it | ls\nLoad it | ls -l",
		},
		{"a list of what is assumed", "# X\n\nThis guide assumes the following:\n\n1. Run as root\n2. Use Debian\n\nThen:\n\n1. Stop it\n2. Start it\n", "Stop it\nStart it"},
		{"a chapter's number in the title", "# 05 - Moving\n\n## Goal\n\nText.\n\n## Commands\n\n```sh\nls\n```\n", "Commands | ls"},
		{"a list yet to be written", "# X\n\n## Recovery\n\n1. TODO\n", "Recovery"},
		{"the fence in an admonition", "# X\n\n## Steps\n\n1. Load it\n\n    !!! note\n\n        As the other user:\n\n        ```bash\n        ls -l\n        ```\n", "Load it | ls -l"},
		{"a fence indented too far", "# X\n\n## Steps\n\n1. Load it\n\n        ```\n        ls -l\n        ```\n", "Load it | ls -l"},
		{"a program that nobody knows, by its options", "# X\n\n## Load it\n\n```\npbm restore --external\n```\n", "Load it | pbm restore --external"},
		{"shell under another label", "# X\n\n## Look at it\n\n```python\nkubectl get pods | grep x\n```\n", "Look at it | kubectl get pods | grep x"},
		{"python is no shell", "# X\n\n## Load the data\n\n```python\nimport os\nprint(os.name)\n```\n", "Load the data"},
		{"a host's root prompt", "# X\n\n## Read it\n\n```console\nmon-a# cat keyring\nmon-a# exit\n```\n", "Read it | cat keyring; exit"},
		{"a prompt forgotten below a comment", "# X\n\n## Swap\n\n```bash\n# prepare it\n$ sudo mkswap /dev/sda5\nno label\n# turn it on\nsudo swapon -a\n```\n", "Swap | sudo mkswap /dev/sda5; sudo swapon -a"},
		{"settings of a virtual machine", "# X\n\n## Tune it\n\n```bash\n# In jvm.options\n-Xms8G\n-Xmx8G\n```\n", "Tune it"},
		{"columns after the command", "# X\n\n## List it\n\n```sh\netcdctl member list\n\n7c37, started, etcd_1\n```\n", "List it | etcdctl member list"},
		{"what a database client was asked", "# X\n\n## Count it\n\n```\npostgres=# select * from t;\n message\n---------\n x\n```\n", "Count it | select * from t;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, st := range Parse("x.md", []byte(c.text)).Steps {
				line := st.Title
				for _, cmd := range st.Commands() {
					line += " | " + strings.ReplaceAll(cmd.Script, "\n", "; ")
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseLargeOutline holds that thousands of headings of one name are read
// in a time that grows with their number, and not with its square.
func TestParseLargeOutline(t *testing.T) {
	small, large := timeToParse(2_000), timeToParse(20_000)
	if large > 40*small && large > 2*time.Second {
		t.Errorf("10 times the headings took %v instead of %v", large, small)
	}
}

func timeToParse(headings int) time.Duration {
	src := []byte("# How to restore\n\n" + strings.Repeat("## Run it\n\nText.\n\n```sh\nls -l\n```\n\n## Rotate the key\n\nYou can edit it.\n\n", headings/2))
	begin := time.Now()
	Parse("x.md", src)
	return time.Since(begin)
}
