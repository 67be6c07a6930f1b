package runbook

const cloudReads = "list list-* describe describe-* get get-* show ls head-* wait help search view status explain export"

// cloudPrograms act on what a provider runs.
var cloudPrograms = map[string]program{
	"aws": {
		style: short("--profile --region --endpoint-url --output --query --exclude --include --ca-bundle --cli-input-json --storage-class --bucket --key"),
		tells: "--dryrun --dry-run --generate-cli-skeleton", reads: cloudReads,
		acts: []act{
			{"s3 rm", "deletes objects"},
			{"s3 rb", "deletes a bucket"},
			{"s3 mv", "deletes the source"},
			{"s3 sync --delete", "deletes objects that the source lacks"},
			{"delete-*|batch-delete-*|terminate-*|purge-*|remove-*|deregister-*|destroy-*|batch-remove-*|abort-*|cancel-*|revoke-*|release-*|empty-*|expire-*", deletesIt},
			{"stop-*|reboot-*|reset-*|disable-*|detach-*|failover-*", "stops it"},
			{"schedule-key-deletion", "makes what the key encrypted unreadable"},
			{"put-bucket-lifecycle*|put-lifecycle*", "lets objects expire"},
			{"put-bucket-versioning --versioning-configuration=Status=Suspended", "keeps no more old versions"},
		},
	},
	"gcloud": {
		style: short("--project --account --zone --region --format --filter --configuration --instance --impersonate-service-account"), tells: "--dry-run", reads: cloudReads,
		acts: []act{{"delete*|remove*|rm|destroy|purge", deletesIt}, {"rsync --delete-unmatched-destination-objects", "deletes objects that the source lacks"}, {"stop|reset|disable|suspend|failover|abandon-instances|revoke", "stops it"}, {"restore|restore-backup", "overwrites it"}, {"mv", "deletes the source"}},
	},
	"az": {
		style: short("-g -n -o -s -c -p --resource-group --name --output --subscription --query --account-name --container-name --source --pattern"), tells: "--dryrun --dry-run --what-if", reads: cloudReads,
		acts: []act{{"delete*|purge|remove|clear|revoke|destroy", deletesIt}, {"stop|deallocate|restart|failover|redeploy|disable|reimage", "stops it"}, {"storage blob sync --delete-destination=true", "deletes what the source lacks"}},
	},
	"cloudctl": {
		tells: "--dry-run", reads: cloudReads + " create",
		acts: []act{{"delete*|rm|remove|destroy|purge|uninstall|terminate|undeploy|del|rmi|prune|suspend|object.destroy|vm.destroy", deletesIt}, {"stop|shutdown|reboot|poweroff|power-off|reset|rebuild|halt|restart|rollback", "stops it"}},
	},
	"heroku": {style: short("-a --app -r"), acts: []act{{"pg:reset|pg:*|apps:destroy|addons:destroy|pg:push|pg:pull|pg:backups:delete|pg:backups:restore|redis:*", "overwrites or deletes data"}}, reads: "pg:info pg:backups pg:backups:capture pg:backups:download pg:backups:url pg:psql pg:ps pg:diagnose pg:wait redis:info redis:cli"},
	"terraform": {
		style: optionStyle{words: true, takes: "-target -var -var-file -state -backend-config -out -lock-timeout -parallelism"}, tells: "-help -h",
		reads: "plan show output validate init fmt providers graph version console list pull import refresh get",
		acts: []act{
			{"destroy", "destroys infrastructure"},
			{"run-all destroy", "destroys infrastructure"},
			{"apply -destroy", "destroys infrastructure"},
			{"apply", "changes or destroys infrastructure as planned"},
			{"state rm", "forgets a resource"},
			{"state push|mv|replace-provider", "changes what is known of the infrastructure"},
			{"workspace delete", "deletes a workspace"},
			{"taint", "has a resource destroyed"},
			{"force-unlock", "breaks a lock that may be held"},
		},
	},
	"pulumi":     {style: short("-s --stack -C"), tells: "--preview-only", reads: "preview stack-ls", acts: []act{{"destroy", "destroys infrastructure"}, {"stack rm", "forgets a stack"}, {"up -y|--yes", "changes or destroys infrastructure"}, {"state delete", "forgets a resource"}}},
	"cdk":        {reads: "ls list diff synth", acts: []act{{"destroy", "destroys infrastructure"}}},
	"cdktf":      {acts: []act{{"destroy", "destroys infrastructure"}}},
	"serverless": {acts: []act{{"remove", "destroys infrastructure"}}},
	"sls":        {acts: []act{{"remove", "destroys infrastructure"}}},
	"sam":        {acts: []act{{"delete", "deletes a stack"}}},
	"eb":         {acts: []act{{"terminate", "destroys infrastructure"}}},
	"npm":        {acts: []act{{"unpublish", "removes a package"}}},
}

// servicePrograms speak to a server over HTTP.
var servicePrograms = map[string]program{
	"wget":  {style: short("-O -o -P -U -e -a -i --method --output-document --header --body-data"), acts: []act{{"--method=DELETE", "deletes by a request"}}},
	"http":  {acts: []act{{"DELETE", "deletes by a request"}}},
	"https": {acts: []act{{"DELETE", "deletes by a request"}}},
	"xh":    {acts: []act{{"DELETE", "deletes by a request"}}},
	"curl": {
		style: short("-X -o -H -d -u -F -T -A -b -c -e -E -K -m -r -w -x -C -D --request --output --header --data --data-raw --data-binary --user --max-time --retry --url --cacert --cert --key --json"),
		acts:  []act{{"-X=DELETE|--request=DELETE|-X=delete", "deletes by a request"}, {"-Q|--quote", "sends commands to the server"}},
	},
}
