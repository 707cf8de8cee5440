package logs

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
)

func classic(t *testing.T, text string, vars variables) *fluentBit {
	t.Helper()
	sections, err := fluentbit.ParseClassic(text)
	if err != nil {
		t.Fatal(err)
	}
	var all []placed
	for _, s := range sections {
		all = append(all, placed{LogSection: s, Object: facts.Ref{Kind: "ConfigMap", Namespace: "logging", Name: "fluent-bit"}, Field: "data[fluent-bit.conf]"})
	}
	return newFluentBit(all, vars)
}

func web() *Record {
	return &Record{
		Namespace: "aula", Pod: "web-7c9f5d8b6d-x2x4z", Container: "nginx", Image: "nginx:1",
		Labels: facts.NewLabels(map[string]string{"app": "web"}), NamespaceLabels: map[string]string{"team": "aula"},
	}
}

const (
	tail   = "[INPUT]\n    Name tail\n    Tag kube.*\n    Path /var/log/containers/*.log\n"
	enrich = "[FILTER]\n    Name kubernetes\n    Match kube.*\n"
	out    = "[OUTPUT]\n    Name es\n    Match kube.*\n    Host logs.example.org\n"
)

func TestFluentBitRoutes(t *testing.T) {
	for name, c := range map[string]struct {
		config string
		change func(*Record)
		answer date.Tri
		why    Why
	}{
		"a tail and an output that match take the record":             {config: tail + out, answer: date.Yes},
		"input and output alone need no tag":                          {config: "[INPUT]\n  Name tail\n  Path /var/log/containers/*.log\n[OUTPUT]\n  Name http\n  Host h\n", answer: date.Yes},
		"several paths are read":                                      {config: "[INPUT]\n  Name tail\n  Tag kube.*\n  Path /var/log/x/*.log,/var/log/pods/*/*/*.log\n" + out, answer: date.Yes},
		"a rule that removes another key does no harm":                {config: tail + enrich + "[FILTER]\n  Name modify\n  Match *\n  Remove stream\n  Rename log message\n" + out, answer: date.Yes},
		"a rule that removes the content drops it":                    {config: tail + enrich + "[FILTER]\n  Name modify\n  Match *\n  Remove log\n" + out, answer: date.No, why: Dropped},
		"a renamed content is removed under its new name":             {config: tail + "[FILTER]\n  Name modify\n  Match *\n  Rename log x\n[FILTER]\n  Name record_modifier\n  Match *\n  Remove_key x\n" + out, answer: date.No, why: Dropped},
		"the old name of a renamed content may be removed":            {config: tail + "[FILTER]\n  Name modify\n  Match *\n  Rename log x\n[FILTER]\n  Name record_modifier\n  Match *\n  Remove_key log\n" + out, answer: date.Yes},
		"a condition leaves open what is removed":                     {config: tail + "[FILTER]\n  Name modify\n  Match *\n  Condition Key_exists a\n  Remove log\n" + out, answer: date.Maybe, why: MayDrop},
		"a parser leaves open where the content is":                   {config: tail + "  Parser mine\n[FILTER]\n  Name modify\n  Match *\n  Remove message\n" + out, answer: date.Maybe, why: MayDrop},
		"a value that is set overwrites the content":                  {config: tail + "[FILTER]\n  Name modify\n  Match *\n  Set log gone\n" + out, answer: date.No, why: Dropped},
		"a variable leaves open what is removed":                      {config: tail + "[FILTER]\n  Name modify\n  Match *\n  Remove ${KEY}\n" + out, answer: date.Maybe, why: MayDrop},
		"a filter for other tags removes nothing":                     {config: tail + "[FILTER]\n  Name modify\n  Match host.*\n  Remove log\n" + out, answer: date.Yes},
		"merged JSON leaves open where the content is":                {config: tail + enrich + "  Merge_Log On\n  Keep_Log Off\n[FILTER]\n  Name modify\n  Match *\n  Remove log\n" + out, answer: date.Maybe, why: MayDrop},
		"a list of keys without the content drops it":                 {config: tail + "[FILTER]\n  Name record_modifier\n  Match *\n  Whitelist_key stream\n" + out, answer: date.No, why: Dropped},
		"a list of keys with the content keeps it":                    {config: tail + "[FILTER]\n  Name record_modifier\n  Match *\n  Allowlist_key log\n" + out, answer: date.Yes},
		"a parser of another key throws the content away":             {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name stream\n  Parser p\n" + out, answer: date.Maybe, why: MayDrop},
		"a parser that takes the whole content keeps it":              {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name log\n  Parser json\n" + out, answer: date.Yes},
		"a parser of the content may keep a part only":                {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name log\n  Parser lvl\n" + out, answer: date.Maybe, why: MayDrop},
		"one parser of several may keep a part only":                  {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name log\n  Parser json\n  Parser lvl\n" + out, answer: date.Maybe, why: MayDrop},
		"a parser may replace the content among other keys":           {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name log\n  Parser lvl\n  Reserve_Data On\n" + out, answer: date.Maybe, why: MayDrop},
		"a preserved key goes with the record that is not reserved":   {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name log\n  Parser lvl\n  Preserve_Key On\n" + out, answer: date.Maybe, why: MayDrop},
		"a parser that reserves and preserves takes nothing":          {config: tail + "[FILTER]\n  Name parser\n  Match *\n  Key_Name log\n  Parser lvl\n  Reserve_Data On\n  Preserve_Key On\n" + out, answer: date.Yes},
		"a parser of the input may keep a part only":                  {config: tail + "  Parser lvl\n" + out, answer: date.Maybe, why: MayDrop},
		"a parser of the input that takes the whole content keeps it": {config: tail + "  Parser cri\n" + out, answer: date.Yes},
		"a list may write over the content":                           {config: tail + "[FILTER]\n  Name checklist\n  Match *\n  lookup_key user\n  record log -\n" + out, answer: date.Maybe, why: MayDrop},
		"a list may write over another key":                           {config: tail + "[FILTER]\n  Name checklist\n  Match *\n  lookup_key user\n  record seen yes\n" + out, answer: date.Yes},
		"an age of files below an hour may leave records out":         {config: tail + "    Ignore_Older 59m\n" + out, answer: date.Maybe, why: MayDrop},
		"an age of files of a day leaves nothing out":                 {config: tail + "    Ignore_Older 1d\n    Mem_Buf_Limit 5MB\n" + out, answer: date.Yes},
		"an output that nobody knows may keep nothing":                {config: tail + "[OUTPUT]\n  Name pigeon\n  Match *\n  Host h\n", answer: date.Maybe, why: Unread},
		"an output without the content":                               {config: tail + "[OUTPUT]\n  Name loki\n  Match *\n  Host h.example.org\n  Remove_Keys kubernetes, log\n", answer: date.Maybe, why: MayDrop},
		"an output of the content alone":                              {config: tail + "[OUTPUT]\n  Name cloudwatch_logs\n  Match *\n  region eu-north-1\n  log_key log\n", answer: date.Yes},
		"no input reads container logs":                               {config: "[INPUT]\n  Name systemd\n  Tag kube.x\n" + out, answer: date.No, why: NoInput},
		"the path names other namespaces":                             {config: "[INPUT]\n  Name tail\n  Tag kube.*\n  Path /var/log/containers/*_borger_*.log\n" + out, answer: date.No, why: NoInput},
		"Exclude_Path leaves the namespace out":                       {config: tail + "    Exclude_Path /var/log/containers/*_kube-system_*.log,/var/log/containers/*_aula_*\n" + out, answer: date.No, why: PathExcluded},
		"Exclude_Path of another namespace does no harm":              {config: tail + "    Exclude_Path /var/log/containers/*_kube-system_*.log\n" + out, answer: date.Yes},
		"Exclude_Path matches across slashes":                         {config: tail + "    Exclude_Path /var/*_aula_*\n" + out, answer: date.No, why: PathExcluded},
		"no output matches the tag":                                   {config: tail + "[OUTPUT]\n  Name es\n  Match host.*\n  Host h\n", answer: date.No, why: NoOutput},
		"an output without a rule takes nothing":                      {config: tail + enrich + "[OUTPUT]\n  Name es\n  Host h\n", answer: date.No, why: NoOutput},
		"an output to nowhere":                                        {config: tail + "[OUTPUT]\n  Name null\n  Match *\n", answer: date.No, why: DeadEnd},
		"an output to its own standard output":                        {config: tail + "[OUTPUT]\n  Name stdout\n  Match *\n", answer: date.No, why: DeadEnd},
		"a second output that keeps records is enough":                {config: tail + "[OUTPUT]\n  Name null\n  Match *\n" + out, answer: date.Yes},
		"Match_Regex decides":                                         {config: tail + "[OUTPUT]\n  Name es\n  Match_Regex ^kube\\..*_aula_\n  Host h\n", answer: date.Yes},
		"Match_Regex in a syntax that Go lacks decides nothing":       {config: tail + "[OUTPUT]\n  Name es\n  Match_Regex ^kube(?!x)\n  Host h\n", answer: date.Maybe, why: Undecidable},
		"a regular expression for another namespace":                  {config: tail + "[OUTPUT]\n  Name es\n  Match_Regex _borger_\n  Host h\n", answer: date.No, why: NoOutput},
		"grep keeps the namespace":                                    {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Regex $kubernetes['namespace_name'] ^(aula|borger)$\n" + out, answer: date.Yes},
		"grep keeps another namespace":                                {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Regex $kubernetes['namespace_name'] ^borger$\n" + out, answer: date.No, why: Dropped},
		"grep excludes the namespace":                                 {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Exclude $kubernetes['namespace_name'] aula\n" + out, answer: date.No, why: Dropped},
		"grep excludes by a label the workload has":                   {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Exclude $kubernetes['labels']['app'] web\n" + out, answer: date.No, why: Dropped},
		"grep excludes by a label the workload lacks":                 {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Exclude $kubernetes['labels']['quiet'] .*\n" + out, answer: date.Yes},
		"grep keeps by a label that is not added":                     {config: tail + enrich + "    Labels Off\n[FILTER]\n  Name grep\n  Match *\n  Regex $kubernetes['labels']['app'] web\n" + out, answer: date.No, why: Dropped},
		"grep by what a record says may drop":                         {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Exclude log healthz\n" + out, answer: date.Maybe, why: MayDrop},
		"grep before the metadata are there keeps nothing":            {config: tail + "[FILTER]\n  Name grep\n  Match *\n  Regex $kubernetes['namespace_name'] aula\n" + enrich + out, answer: date.No, why: Dropped},
		"grep after the record was changed decides nothing":           {config: tail + enrich + "[FILTER]\n  Name nest\n  Match *\n[FILTER]\n  Name grep\n  Match *\n  Regex $kubernetes['namespace_name'] aula\n" + out, answer: date.Maybe, why: MayDrop},
		"grep with OR keeps if one rule matches":                      {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Logical_Op OR\n  Regex $kubernetes['namespace_name'] borger\n  Regex $kubernetes['pod_name'] ^web\n" + out, answer: date.Yes},
		"grep with AND needs all rules":                               {config: tail + enrich + "[FILTER]\n  Name grep\n  Match *\n  Logical_Op AND\n  Regex $kubernetes['namespace_name'] borger\n  Regex $kubernetes['pod_name'] ^web\n" + out, answer: date.No, why: Dropped},
		"a filter for other tags does no harm":                        {config: tail + "[FILTER]\n  Name throttle\n  Match host.*\n" + out, answer: date.Yes},
		"throttle may drop":                                           {config: tail + "[FILTER]\n  Name throttle\n  Match *\n  Rate 10\n" + out, answer: date.Maybe, why: MayDrop},
		"lua may drop":                                                {config: tail + "[FILTER]\n  Name lua\n  Match *\n" + out, answer: date.Maybe, why: MayDrop},
		"an unknown filter may drop":                                  {config: tail + "[FILTER]\n  Name own\n  Match *\n" + out, answer: date.Maybe, why: MayDrop},
		"what comes to nothing stays so whatever may drop before":     {config: tail + "[FILTER]\n  Name lua\n  Match *\n[OUTPUT]\n  Name null\n  Match *\n", answer: date.No, why: DeadEnd},
		"log_to_metrics that discards":                                {config: tail + "[FILTER]\n  Name log_to_metrics\n  Match *\n  discard_logs true\n" + out, answer: date.No, why: Dropped},
		"retries switched off":                                        {config: tail + out + "    Retry_Limit no_retries\n", answer: date.Maybe, why: MayDrop},
		"an annotation that the filter heeds": {
			config: tail + enrich + "    K8S-Logging.Exclude On\n" + out,
			change: func(r *Record) { r.Annotations = map[string]string{"fluentbit.io/exclude": "true"} }, answer: date.No, why: OptedOut},
		"an annotation that the filter does not heed": {
			config: tail + enrich + out,
			change: func(r *Record) { r.Annotations = map[string]string{"fluentbit.io/exclude": "true"} }, answer: date.Yes},
		"an annotation for another container": {
			config: tail + enrich + "    K8S-Logging.Exclude On\n" + out,
			change: func(r *Record) { r.Annotations = map[string]string{"fluentbit.io/exclude-sidecar": "true"} }, answer: date.Yes},
		"an annotation for one of the two streams": {
			config: tail + enrich + "    K8S-Logging.Exclude On\n" + out,
			change: func(r *Record) { r.Annotations = map[string]string{"fluentbit.io/exclude_stderr-nginx": "on"} }, answer: date.No, why: OptedOut},
		"an option from an unknown variable may heed it": {
			config: tail + enrich + "    K8S-Logging.Exclude ${EXCLUDE}\n" + out,
			change: func(r *Record) { r.Annotations = map[string]string{"fluentbit.io/exclude": "true"} }, answer: date.Maybe, why: OptedOut},
		"a new tag that an output matches": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match kube.*\n  Rule $kubernetes['namespace_name'] ^(aula)$ own.$1 false\n[OUTPUT]\n  Name es\n  Match own.aula\n  Host h\n",
			answer: date.Yes},
		"a new tag that no output matches": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match kube.*\n  Rule $kubernetes['namespace_name'] ^(aula)$ own.$TAG false\n" + out,
			answer: date.No, why: NoOutput},
		"a new tag with the original kept": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match kube.*\n  Rule $kubernetes['namespace_name'] ^aula$ own.$TAG true\n" + out,
			answer: date.Yes},
		"a new tag for another namespace": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match kube.*\n  Rule $kubernetes['namespace_name'] ^borger$ own.$TAG false\n" + out,
			answer: date.Yes},
		"a new tag by what a record says, both ways kept": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match kube.*\n  Rule $log error error.$TAG false\n" + out + "[OUTPUT]\n  Name es\n  Match error.*\n  Host h\n",
			answer: date.Yes},
		"a new tag by what a record says, one way lost": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match kube.*\n  Rule $log debug debug.$TAG false\n" + out,
			answer: date.Maybe, why: Undecidable},
		"tags anew without end decide nothing": {
			config: tail + enrich + "[FILTER]\n  Name rewrite_tag\n  Match *\n  Rule $kubernetes['namespace_name'] aula kube.$TAG false\n" + out,
			answer: date.Maybe, why: Undecidable},
		"a tag of names from the path": {
			config: "[INPUT]\n  Name tail\n  Path /var/log/containers/*.log\n  Tag k.<ns>\n  Tag_Regex [^_]+_(?<ns>[^_]+)_\n[OUTPUT]\n  Name es\n  Match k.aula\n  Host h\n",
			answer: date.Yes},
		"a path from an unknown variable decides nothing": {
			config: "[INPUT]\n  Name tail\n  Tag kube.*\n  Path ${LOGS}/*.log\n" + out, answer: date.Maybe, why: Undecidable},
		"an output to the node itself hands over to something not seen": {
			config: tail + "[OUTPUT]\n  Name forward\n  Match *\n", answer: date.Maybe, why: HandedOver},
		"Docker's own files may not be there": {
			config: "[INPUT]\n  Name tail\n  Tag kube.*\n  Path /var/lib/docker/containers/*/*.log\n" + out, answer: date.Maybe, why: Undecidable},
	} {
		r := web()
		if c.change != nil {
			c.change(r)
		}
		got := classic(t, c.config, variables{}).route(r)
		if got.Answer != c.answer || got.Why != c.why {
			t.Errorf("%s: got %s %s (%s), want %s %s", name, got.Answer, got.Why, got.At.Text, c.answer, c.why)
		}
		if got.Answer == date.Yes && len(got.Reached) == 0 {
			t.Errorf("%s: reached, but no output", name)
		}
	}
}

func TestFluentBitDestinations(t *testing.T) {
	vars := variables{"REGION": "eu-north-1"}
	for name, c := range map[string]struct {
		output string
		want   Destination
	}{
		"S3 with a region":                          {"Name s3\n  region eu-west-1\n  bucket logs", Destination{Plugin: "s3", Provider: "aws", Region: "eu-west-1", Bucket: "logs", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"S3 without a region goes to us-east-1":     {"Name s3\n  bucket logs", Destination{Plugin: "s3", Provider: "aws", Region: "us-east-1", RegionFromDefault: true, Bucket: "logs", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"S3 at an endpoint":                         {"Name s3\n  region x\n  bucket logs\n  endpoint https://s3.example.org:9000/x", Destination{Plugin: "s3", Provider: "aws", Region: "x", Bucket: "logs", Host: "s3.example.org", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"a variable that is known":                  {"Name cloudwatch_logs\n  region ${REGION}", Destination{Plugin: "cloudwatch_logs", Provider: "aws", Region: "eu-north-1", TLS: facts.Yes, TLSVerify: facts.Yes}},
		"a variable that is not known":              {"Name es\n  Host ${ES}", Destination{Plugin: "es", TLS: facts.No, TLSVerify: facts.Yes, Unread: "its host is taken from the environment (${ES})"}},
		"plain text unless tls is on":               {"Name es\n  Host logs.example.org", Destination{Plugin: "es", Host: "logs.example.org", TLS: facts.No, TLSVerify: facts.Yes}},
		"TLS without a check":                       {"Name es\n  Host logs.example.org\n  tls On\n  tls.verify Off", Destination{Plugin: "es", Host: "logs.example.org", TLS: facts.Yes, TLSVerify: facts.No}},
		"Elastic Cloud":                             {"Name es\n  cloud_id aula:ZXUtbm9ydGgtMS5hd3MuZWxhc3RpYy5leGFtcGxlLm9yZyRhYmMkZGVm", Destination{Plugin: "es", Host: "abc.eu-north-1.aws.elastic.example.org", TLS: facts.No, TLSVerify: facts.Yes}},
		"Datadog by default":                        {"Name datadog", Destination{Plugin: "datadog", Host: "http-intake.logs.datadoghq.com", TLS: facts.No, TLSVerify: facts.Yes}},
		"a plugin that is not known and has a host": {"Name own\n  host logs.example.org", Destination{Plugin: "own", Host: "logs.example.org", TLSVerify: facts.Yes}},
		"a plugin that is not known and has none":   {"Name own", Destination{Plugin: "own", TLSVerify: facts.Yes, Unread: "its configuration names no host"}},
	} {
		f := classic(t, tail+"[OUTPUT]\n  Match *\n  "+c.output+"\n", vars)
		if len(f.outputs) != 1 || len(f.outputs[0].To) != 1 {
			t.Errorf("%s: got %+v", name, f.outputs)
			continue
		}
		got := f.outputs[0].To[0]
		got.Object, got.Field = facts.Ref{}, ""
		if !equal(got, c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, c.want)
		}
	}
	many := classic(t, tail+"[OUTPUT]\n  Name kafka\n  Match *\n  Brokers a.example.org:9092, b.example.org:9092\n", vars)
	if len(many.outputs[0].To) != 2 {
		t.Errorf("brokers: got %+v", many.outputs[0].To)
	}
}

func equal(a, b Destination) bool {
	return a.Plugin == b.Plugin && a.Provider == b.Provider && a.Host == b.Host && a.Region == b.Region && a.Bucket == b.Bucket &&
		a.RegionFromDefault == b.RegionFromDefault && a.TLS == b.TLS && a.TLSVerify == b.TLSVerify && a.Unread == b.Unread
}
