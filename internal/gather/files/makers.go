package files

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// makerOfPods lists kinds whose controllers make pods though the object holds no pod template, or one that only the
// controller completes. Kinds that only apply what lies elsewhere, such as Argo CD's Application, are none: what they apply is
// checked where it lies.
func makerOfPods(gk schema.GroupKind) bool {
	switch gk.Group {
	case "acid.zalan.do":
		return gk.Kind == "postgresql"
	case "agent.k8s.elastic.co", "apm.k8s.elastic.co", "beat.k8s.elastic.co", "elasticsearch.k8s.elastic.co",
		"enterprisesearch.k8s.elastic.co", "kibana.k8s.elastic.co", "logstash.k8s.elastic.co", "maps.k8s.elastic.co":
		return true
	case "argoproj.io":
		return oneOfKinds(gk.Kind, "CronWorkflow", "Rollout", "Workflow")
	case "cassandra.datastax.com":
		return gk.Kind == "CassandraDatacenter"
	case "clickhouse.altinity.com":
		return gk.Kind == "ClickHouseInstallation"
	case "flink.apache.org":
		return gk.Kind == "FlinkDeployment"
	case "helm.cattle.io":
		return gk.Kind == "HelmChart"
	case "helm.toolkit.fluxcd.io":
		return gk.Kind == "HelmRelease"
	case "k8s.keycloak.org":
		return gk.Kind == "Keycloak"
	case "k8s.mariadb.com":
		return oneOfKinds(gk.Kind, "MariaDB", "MaxScale")
	case "k8ssandra.io":
		return gk.Kind == "K8ssandraCluster"
	case "kafka.strimzi.io":
		return oneOfKinds(gk.Kind, "Kafka", "KafkaBridge", "KafkaConnect", "KafkaMirrorMaker2", "KafkaNodePool")
	case "kubevirt.io":
		return oneOfKinds(gk.Kind, "VirtualMachine", "VirtualMachineInstance", "VirtualMachineInstanceReplicaSet")
	case "minio.min.io":
		return gk.Kind == "Tenant"
	case "mongodbcommunity.mongodb.com":
		return gk.Kind == "MongoDBCommunity"
	case "monitoring.coreos.com":
		return oneOfKinds(gk.Kind, "Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler")
	case "mysql.oracle.com":
		return gk.Kind == "InnoDBCluster"
	case "opensearch.opster.io":
		return gk.Kind == "OpenSearchCluster"
	case "pgv2.percona.com", "ps.percona.com", "psmdb.percona.com", "pxc.percona.com":
		return oneOfKinds(gk.Kind, "PerconaPGCluster", "PerconaServerMongoDB", "PerconaServerMySQL", "PerconaXtraDBCluster")
	case "postgres-operator.crunchydata.com":
		return gk.Kind == "PostgresCluster"
	case cnpgGroup:
		return oneOfKinds(gk.Kind, "Cluster", "Pooler")
	case "rabbitmq.com":
		return gk.Kind == "RabbitmqCluster"
	case "sparkoperator.k8s.io":
		return oneOfKinds(gk.Kind, "ScheduledSparkApplication", "SparkApplication")
	case "tekton.dev":
		return oneOfKinds(gk.Kind, "PipelineRun", "TaskRun")
	}
	return false
}

func oneOfKinds(kind string, kinds ...string) bool { return slices.Contains(kinds, kind) }
