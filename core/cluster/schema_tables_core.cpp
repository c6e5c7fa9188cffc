#include "cluster/schema_tables.hpp"

namespace upshift::cluster {

const std::string_view kCoreTable = R"(
Namespace: <Object spec=NamespaceSpec! status=NamespaceStatus!
NamespaceSpec: finalizers=[s]
NamespaceStatus: phase=s conditions=[any]@type
ConfigMap: <Object immutable=b? data={s} binaryData={bytes}
Secret: <Object immutable=b? data={bytes} stringData={s} type=s
ServiceAccount: <Object secrets=[ObjectReference]@name imagePullSecrets=[LocalObjectReference]
  automountServiceAccountToken=b?
ServicePort: name=s protocol=s appProtocol=s? port=i! targetPort=i/s! nodePort=i
ServiceSpec: ports=[ServicePort]@port selector={s} clusterIP=s clusterIPs=[s] type=s externalIPs=[s] sessionAffinity=s
  loadBalancerIP=s loadBalancerSourceRanges=[s] externalName=s externalTrafficPolicy=s healthCheckNodePort=i
  publishNotReadyAddresses=b sessionAffinityConfig=any ipFamilies=[s] ipFamilyPolicy=s?
  allocateLoadBalancerNodePorts=b? loadBalancerClass=s? internalTrafficPolicy=s?
ServiceStatus: loadBalancer=LoadBalancerStatus! conditions=[any]@type
LoadBalancerStatus: ingress=[any]
Service: <Object spec=ServiceSpec! status=ServiceStatus!
EndpointAddress: ip=s! hostname=s nodeName=s? targetRef=ObjectReference
EndpointPort: name=s port=i! protocol=s appProtocol=s?
EndpointSubset: addresses=[EndpointAddress] notReadyAddresses=[EndpointAddress] ports=[EndpointPort]
Endpoints: <Object subsets=[EndpointSubset]
TypedReference: apiGroup=s? kind=s! name=s!
ClaimSpec: accessModes=[s] selector=LabelSelector resources=ResourceRequirements! volumeName=s storageClassName=s?
  volumeMode=s? dataSource=TypedReference dataSourceRef=TypedReference
ClaimStatus: phase=s accessModes=[s] capacity={q} conditions=[any]@type allocatedResources={q} resizeStatus=s?
PersistentVolumeClaim: <Object spec=ClaimSpec! status=ClaimStatus!
ReplicationControllerSpec: replicas=i? minReadySeconds=i selector={s} template=PodTemplateSpec
ReplicationControllerStatus: replicas=i! fullyLabeledReplicas=i readyReplicas=i availableReplicas=i observedGeneration=i
  conditions=[any]@type
ReplicationController: <Object spec=ReplicationControllerSpec! status=ReplicationControllerStatus!
EventSource: component=s host=s
Event: <Object involvedObject=ObjectReference! reason=s message=s source=EventSource! firstTimestamp=s lastTimestamp=s
  count=i type=s eventTime=s series=any action=s related=ObjectReference reportingComponent=s! reportingInstance=s!
QuotaSpec: hard={q} scopes=[s] scopeSelector=any
QuotaStatus: hard={q} used={q}
ResourceQuota: <Object spec=QuotaSpec! status=QuotaStatus!
LimitRangeItem: type=s! max={q} min={q} default={q} defaultRequest={q} maxLimitRequestRatio={q}
LimitRangeSpec: limits=[LimitRangeItem]!
LimitRange: <Object spec=LimitRangeSpec!
PolicyRule: verbs=[s]! apiGroups=[s] resources=[s] resourceNames=[s] nonResourceURLs=[s]
Role: <Object rules=[PolicyRule]!
ClusterRole: <Object rules=[PolicyRule]! aggregationRule=any
Subject: kind=s! apiGroup=s name=s! namespace=s
RoleRef: apiGroup=s! kind=s! name=s!
RoleBinding: <Object subjects=[Subject] roleRef=RoleRef!
ClusterRoleBinding: <Object subjects=[Subject] roleRef=RoleRef!
ResourceAttributes: namespace=s verb=s group=s version=s resource=s subresource=s name=s
NonResourceAttributes: path=s verb=s
AccessReviewSpec: resourceAttributes=ResourceAttributes nonResourceAttributes=NonResourceAttributes
AccessReviewStatus: allowed=b! denied=b reason=s evaluationError=s
SelfSubjectAccessReview: <Object spec=AccessReviewSpec! status=AccessReviewStatus!
)";

const std::string_view kWorkloadTable = R"(
RollingUpdate: maxUnavailable=i/s maxSurge=i/s partition=i?
UpdateStrategy: type=s rollingUpdate=RollingUpdate
DeploymentSpec: replicas=i? selector=LabelSelector template=PodTemplateSpec! strategy=UpdateStrategy! minReadySeconds=i
  revisionHistoryLimit=i? paused=b progressDeadlineSeconds=i?
WorkloadStatus: observedGeneration=i replicas=i updatedReplicas=i readyReplicas=i availableReplicas=i
  unavailableReplicas=i conditions=[any]@type collisionCount=i? fullyLabeledReplicas=i currentReplicas=i
  currentRevision=s updateRevision=s
Deployment: <Object spec=DeploymentSpec! status=WorkloadStatus!
ReplicaSetSpec: replicas=i? minReadySeconds=i selector=LabelSelector template=PodTemplateSpec!
ReplicaSetStatus: replicas=i! fullyLabeledReplicas=i readyReplicas=i availableReplicas=i observedGeneration=i
  conditions=[any]@type
ReplicaSet: <Object spec=ReplicaSetSpec! status=ReplicaSetStatus!
StatefulSetSpec: replicas=i? selector=LabelSelector template=PodTemplateSpec!
  volumeClaimTemplates=[PersistentVolumeClaim] serviceName=s! podManagementPolicy=s updateStrategy=UpdateStrategy!
  revisionHistoryLimit=i? minReadySeconds=i
StatefulSetStatus: observedGeneration=i replicas=i! readyReplicas=i currentReplicas=i updatedReplicas=i
  currentRevision=s updateRevision=s collisionCount=i? conditions=[any]@type availableReplicas=i!
StatefulSet: <Object spec=StatefulSetSpec! status=StatefulSetStatus!
JobSpec: parallelism=i? completions=i? activeDeadlineSeconds=i? backoffLimit=i? selector=LabelSelector manualSelector=b?
  template=PodTemplateSpec! ttlSecondsAfterFinished=i? completionMode=s? suspend=b?
JobStatus: conditions=[any]@type startTime=s completionTime=s active=i succeeded=i failed=i
Job: <Object spec=JobSpec! status=JobStatus!
JobTemplateSpec: metadata=Meta! spec=JobSpec!
CronJobSpec: schedule=s! startingDeadlineSeconds=i? concurrencyPolicy=s suspend=b? jobTemplate=JobTemplateSpec!
  successfulJobsHistoryLimit=i? failedJobsHistoryLimit=i?
CronJobStatus: active=[ObjectReference] lastScheduleTime=s lastSuccessfulTime=s
CronJob: <Object spec=CronJobSpec! status=CronJobStatus!
ScaleSpec: replicas=i
ScaleStatus: replicas=i! selector=any
Scale: <Object spec=ScaleSpec! status=ScaleStatus!
ScaleTarget: kind=s! name=s! apiVersion=s
HorizontalPodAutoscalerSpec: scaleTargetRef=ScaleTarget! minReplicas=i? maxReplicas=i! targetCPUUtilizationPercentage=i?
HorizontalPodAutoscalerStatus: observedGeneration=i? lastScaleTime=s currentReplicas=i! desiredReplicas=i!
  currentCPUUtilizationPercentage=i?
HorizontalPodAutoscaler: <Object spec=HorizontalPodAutoscalerSpec! status=HorizontalPodAutoscalerStatus!
DisruptionBudgetSpec: minAvailable=i/s selector=LabelSelector maxUnavailable=i/s
DisruptionBudgetStatus: observedGeneration=i disruptedPods={s} disruptionsAllowed=i! currentHealthy=i! desiredHealthy=i!
  expectedPods=i! conditions=[any]@type
PodDisruptionBudget: <Object spec=DisruptionBudgetSpec! status=DisruptionBudgetStatus!
)";

}  // namespace upshift::cluster
