package cluster

// What is read, and nothing more: a test compares these rights with the kinds. Secrets are never among them.
//
// +kubebuilder:rbac:groups="",resources=configmaps;events;namespaces;nodes;persistentvolumeclaims;persistentvolumes;pods;replicationcontrollers;serviceaccounts;services,verbs=list;watch
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=mutatingwebhookconfigurations;validatingadmissionpolicies;validatingadmissionpolicybindings;validatingwebhookconfigurations,verbs=list;watch
// +kubebuilder:rbac:groups=apps,resources=daemonsets;deployments;replicasets;statefulsets,verbs=list;watch
// +kubebuilder:rbac:groups=aquasecurity.github.io,resources=vulnerabilityreports,verbs=list;watch
// +kubebuilder:rbac:groups=autoscaling,resources=horizontalpodautoscalers,verbs=list;watch
// +kubebuilder:rbac:groups=barmancloud.cnpg.io,resources=objectstores,verbs=list;watch
// +kubebuilder:rbac:groups=batch,resources=cronjobs;jobs,verbs=list;watch
// +kubebuilder:rbac:groups=cert-manager.io,resources=certificates;clusterissuers;issuers,verbs=list;watch
// +kubebuilder:rbac:groups=certificates.k8s.io,resources=certificatesigningrequests,verbs=list;watch
// +kubebuilder:rbac:groups=cilium.io,resources=ciliumclusterwidenetworkpolicies;ciliumnetworkpolicies,verbs=list;watch
// +kubebuilder:rbac:groups=crd.projectcalico.org,resources=globalnetworkpolicies;networkpolicies,verbs=list;watch
// +kubebuilder:rbac:groups=discovery.k8s.io,resources=endpointslices,verbs=list;watch
// +kubebuilder:rbac:groups=fluentbit.fluent.io,resources=clusterfilters;clusterfluentbitconfigs;clusterinputs;clusteroutputs;filters;fluentbitconfigs;fluentbits;outputs,verbs=list;watch
// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=gateways;grpcroutes;httproutes;tcproutes;tlsroutes,verbs=list;watch
// +kubebuilder:rbac:groups=k8up.io,resources=archives;backups;restores;schedules;snapshots,verbs=list;watch
// +kubebuilder:rbac:groups=kyverno.io,resources=clusterpolicies;policies;policyexceptions,verbs=list;watch
// +kubebuilder:rbac:groups=logging.banzaicloud.io,resources=clusterflows;clusteroutputs;flows;fluentbitagents;loggings;outputs,verbs=list;watch
// +kubebuilder:rbac:groups=loki.grafana.com,resources=lokistacks,verbs=list;watch
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingressclasses;ingresses;networkpolicies,verbs=list;watch
// +kubebuilder:rbac:groups=node.k8s.io,resources=runtimeclasses,verbs=list;watch
// +kubebuilder:rbac:groups=opentelemetry.io,resources=opentelemetrycollectors,verbs=list;watch
// +kubebuilder:rbac:groups=policies.kyverno.io,resources=imagevalidatingpolicies;validatingpolicies,verbs=list;watch
// +kubebuilder:rbac:groups=policy,resources=poddisruptionbudgets,verbs=list;watch
// +kubebuilder:rbac:groups=policy.sigstore.dev,resources=clusterimagepolicies,verbs=list;watch
// +kubebuilder:rbac:groups=policy.networking.k8s.io,resources=adminnetworkpolicies;baselineadminnetworkpolicies;clusternetworkpolicies,verbs=list;watch
// +kubebuilder:rbac:groups=postgresql.cnpg.io,resources=backups;clusters;scheduledbackups,verbs=list;watch
// +kubebuilder:rbac:groups=projectcalico.org,resources=globalnetworkpolicies;networkpolicies,verbs=list;watch
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterrolebindings;clusterroles;rolebindings;roles,verbs=list;watch
// +kubebuilder:rbac:groups=route.openshift.io,resources=routes,verbs=list;watch
// +kubebuilder:rbac:groups=snapshot.storage.k8s.io,resources=volumesnapshotclasses;volumesnapshotcontents;volumesnapshots,verbs=list;watch
// +kubebuilder:rbac:groups=storage.k8s.io,resources=storageclasses,verbs=list;watch
// +kubebuilder:rbac:groups=templates.gatekeeper.sh,resources=constrainttemplates,verbs=list;watch
// +kubebuilder:rbac:groups=tilsyn.dev,resources=assurancestatements;attestations;controlexceptions;controlprofiles;hostedsolutions;institutions;platforms;processingagreements;securityincidents;solutionenvironments;supervisionrecords;suppliers,verbs=list;watch
// +kubebuilder:rbac:groups=velero.io,resources=backups;backupstoragelocations;datauploads;podvolumebackups;restores;schedules;volumesnapshotlocations,verbs=list;watch
