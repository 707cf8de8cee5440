package files

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// makersOfPods lists, by group, kinds whose controllers make pods though the object holds no pod template, or one that only
// the controller completes. Kinds that only apply what lies elsewhere, such as Argo CD's Application, are none: what they
// apply is checked where it lies.
var makersOfPods = map[string][]string{
	"acid.zalan.do":                     {"postgresql"},
	"agent.k8s.elastic.co":              {"Agent"},
	"apm.k8s.elastic.co":                {"ApmServer"},
	"argoproj.io":                       {"CronWorkflow", "Rollout", "Workflow"},
	"beat.k8s.elastic.co":               {"Beat"},
	"cassandra.datastax.com":            {"CassandraDatacenter"},
	"clickhouse.altinity.com":           {"ClickHouseInstallation"},
	"elasticsearch.k8s.elastic.co":      {"Elasticsearch"},
	"enterprisesearch.k8s.elastic.co":   {"EnterpriseSearch"},
	"flink.apache.org":                  {"FlinkDeployment"},
	"helm.cattle.io":                    {"HelmChart"},
	"helm.toolkit.fluxcd.io":            {"HelmRelease"},
	"k8s.keycloak.org":                  {"Keycloak"},
	"k8s.mariadb.com":                   {"MariaDB", "MaxScale"},
	"k8ssandra.io":                      {"K8ssandraCluster"},
	"kafka.strimzi.io":                  {"Kafka", "KafkaBridge", "KafkaConnect", "KafkaMirrorMaker2", "KafkaNodePool"},
	"kibana.k8s.elastic.co":             {"Kibana"},
	"kubevirt.io":                       {"VirtualMachine", "VirtualMachineInstance", "VirtualMachineInstanceReplicaSet"},
	"logstash.k8s.elastic.co":           {"Logstash"},
	"maps.k8s.elastic.co":               {"ElasticMapsServer"},
	"minio.min.io":                      {"Tenant"},
	"mongodbcommunity.mongodb.com":      {"MongoDBCommunity"},
	"monitoring.coreos.com":             {"Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler"},
	"mysql.oracle.com":                  {"InnoDBCluster"},
	"opensearch.opster.io":              {"OpenSearchCluster"},
	"pgv2.percona.com":                  {"PerconaPGCluster"},
	"postgres-operator.crunchydata.com": {"PostgresCluster"},
	cnpgGroup:                           {"Cluster", "Pooler"},
	"ps.percona.com":                    {"PerconaServerMySQL"},
	"psmdb.percona.com":                 {"PerconaServerMongoDB"},
	"pxc.percona.com":                   {"PerconaXtraDBCluster"},
	"rabbitmq.com":                      {"RabbitmqCluster"},
	"sparkoperator.k8s.io":              {"ScheduledSparkApplication", "SparkApplication"},
	"tekton.dev":                        {"PipelineRun", "TaskRun"},
}

func makerOfPods(gk schema.GroupKind) bool { return slices.Contains(makersOfPods[gk.Group], gk.Kind) }
