package runbook

const (
	stopsDatabase = "stops the database server"
	deletesIt     = "deletes it"
)

// clusterPrograms act on containers, Kubernetes and clusters of servers.
var clusterPrograms = map[string]program{
	"kubectl": {
		style: short("-n -s -l -f -o -k -c -p --namespace --context --kubeconfig --cluster --user --as --as-group --server --token --selector --filename --output --field-selector --container --replicas --timeout --grace-period --cascade --patch --type --request-timeout --kustomize"),
		tells: "--dry-run", reads: "get describe logs explain top can-i api-resources api-versions version cluster-info diff wait events completion help port-forward cp create label annotate",
		acts: []act{
			{"delete", "deletes Kubernetes objects"},
			{"replace --force", "deletes and recreates objects"},
			{"apply --prune|--force", "deletes objects that the files lack"},
			{"drain", "evicts every pod of a node"},
			{"scale --replicas=0", "stops every replica"},
			{"taint NoExecute", "evicts pods"},
		},
	},
	"helm": {
		style: short("-n --namespace --kube-context --kubeconfig -f --values --set --timeout"), tells: "--dry-run",
		reads: "list ls status history get show template lint search repo version install pull",
		acts:  []act{{"uninstall|delete|del|un", "removes a release with its objects"}, {"upgrade --force", "deletes and recreates objects"}},
	},
	"helmfile": {style: short("-e -f -l"), reads: "diff list template lint", acts: []act{{"destroy|delete", "removes releases with their objects"}}},
	"kubeadm":  {tells: "--dry-run", acts: []act{{"reset", "takes a node out of its cluster"}}},
	"talosctl": {style: short("-n -e"), acts: []act{{"reset|shutdown|reboot", "takes a node out of its cluster"}}},
	"istioctl": {acts: []act{{"uninstall", "removes Istio"}}},
	"docker": {
		style: short("-H -c -f -p --host --context --filter --file --project-name --profile --env-file -t --timeout --time --signal"),
		reads: "ps ls list inspect logs images info version events top stats port diff history search build pull run exec create up start cp tag login config",
		tells: "--dry-run",
		acts: []act{
			{"volume|container|image|network|system|builder|buildx|secret|config|context|node|plugin|manifest|stack|service|pod|machine rm|remove|prune", "removes it with its data"},
			{"compose rm", "deletes containers"},
			{"rm|rmi|remove", "deletes containers or images"},
			{"compose|container kill|stop|restart", "stops containers"},
			{"compose down", "deletes containers"},
			{"down", "deletes containers"},
			{"kill|stop|restart|pause", "stops containers"},
			{"swarm leave", "leaves the cluster"},
			{"service|stack scale|down|rollback", "stops containers"},
		},
	},
	"buildah": {acts: []act{{"rm|rmi|prune", "deletes containers or images"}}},
	"nomad":   {reads: "status", acts: []act{{"job|alloc|volume|node|namespace stop|delete|purge|drain|deregister|detach", "stops a job"}, {"stop", "stops a job"}, {"system gc", "removes what has ended"}}},
	"consul":  {reads: "get list members", acts: []act{{"kv delete", "deletes keys"}, {"snapshot restore", "overwrites the cluster's state"}, {"leave|force-leave", "removes a member of the cluster"}}},
	"vault":   {reads: "read list status get", acts: []act{{"kv|secrets|auth|policy|lease|token|namespace|operator delete|destroy|disable|revoke|remove-peer|seal|metadata", "deletes secrets"}, {"delete", "deletes secrets"}, {"operator raft snapshot restore", "overwrites the cluster's state"}}},
	"etcdctl": {
		style: short("--endpoints --cacert --cert --key --user -w --write-out --command-timeout"), reads: "get snapshot endpoint version watch put alarm",
		acts: []act{{"del|rm|rmdir", "deletes keys"}, {"member remove", "removes a member of the cluster"}, {"user|role delete", "deletes an account"}, {"compact|compaction|defrag", "drops old revisions"}},
	},
	"zkCli.sh":                 {style: optionStyle{words: true, takes: "-server -timeout"}, acts: []act{{"delete|deleteall|rmr", "deletes nodes"}}},
	"kafka-topics":             {acts: []act{{"--delete", "deletes topics"}}},
	"kafka-topics.sh":          {acts: []act{{"--delete", "deletes topics"}}},
	"kafka-delete-records":     {acts: []act{{"", "deletes records"}}},
	"kafka-delete-records.sh":  {acts: []act{{"", "deletes records"}}},
	"kafka-consumer-groups":    {tells: "--dry-run", acts: []act{{"--delete|--delete-offsets|--reset-offsets", "drops offsets"}}},
	"kafka-consumer-groups.sh": {tells: "--dry-run", acts: []act{{"--delete|--delete-offsets|--reset-offsets", "drops offsets"}}},
	"rabbitmqctl":              {style: short("-n -p"), reads: "list_* status cluster_status report", acts: []act{{"delete_*|purge_queue|reset|force_reset|stop|stop_app|forget_cluster_node|shutdown|clear_*", "stops the broker, or deletes what it holds"}}},
	"nodetool":                 {style: short("-h -p -u -pw"), reads: "status info ring snapshot listsnapshots", acts: []act{{"decommission|removenode|assassinate|clearsnapshot|drain|stopdaemon|disablegossip|cleanup|truncatehints", "removes data, or a node of the cluster"}}},
	"patronictl":               {style: short("-c -d"), reads: "list topology history show-config query", acts: []act{{"remove|reinit|restart|failover|switchover|pause|flush", "interrupts the cluster"}}},
	"repmgr":                   {style: short("-f -h -d -U"), tells: "--dry-run", acts: []act{{"standby|primary|node|cluster|witness unregister|cleanup|rejoin|promote|switchover", "changes the cluster"}, {"standby clone -F|--force", "overwrites the standby"}}},
	"stolonctl":                {acts: []act{{"init|removekeeper|failkeeper|promote", "changes the cluster"}}},
	"pg_autoctl":               {acts: []act{{"drop|stop", "changes the cluster"}, {"perform failover|switchover", "interrupts the cluster"}}},
	"pcs":                      {reads: "status", acts: []act{{"resource|cluster|stonith|node|constraint delete|disable|destroy|stop|kill|remove|standby|fence|clear", "stops a service of the cluster"}}},
	"crm":                      {reads: "status", acts: []act{{"resource|configure|node|cluster stop|delete|erase|standby|fence", "stops a service of the cluster"}}},
	"mysqladmin":               {style: optionStyle{takes: "-u -h -P -S --user --host --port --socket", attached: "-p"}, reads: "status ping processlist variables extended-status version create", acts: []act{{"drop", "drops a database"}, {"shutdown", stopsDatabase}, {"kill", "kills connections"}}},
	"pg_ctl":                   {style: short("-D -m -l -o -t -p -U --pgdata --mode --log --timeout"), reads: "status start init initdb reload", acts: []act{{"stop|restart", stopsDatabase}, {"kill", "kills processes"}, {"promote", "makes a standby a primary"}}},
	"pg_dropcluster":           {acts: []act{{"", "deletes a database cluster"}}},
	"dropuser":                 {acts: []act{{"", "drops a role"}}},
	"droplang":                 {acts: []act{{"", "drops a language"}}},
	"mongod":                   {acts: []act{{"--shutdown", stopsDatabase}, {"--repair", "rewrites the server's data"}}},
	"virsh":                    {style: short("-c --connect"), reads: "list dominfo domstate dumpxml start", acts: []act{{"destroy|shutdown|reboot|reset|undefine|snapshot-delete|snapshot-revert|vol-delete|vol-wipe|pool-destroy|pool-delete|net-destroy|net-undefine|managedsave-remove|detach-disk", "stops or deletes a machine"}}},
}
