#include "emulator/server/protobuf_messages.hpp"

#include <charconv>
#include <map>

namespace upshift::emulator::server {
namespace {

// A message a line: NAME = FIELD…, each NUMBER NAME ":" TYPE. Types: s text, b bytes, i integer, B boolean, t time,
// q quantity, i/s integer or text, else a message; *TYPE a list, %TYPE a map from text. "^" instead of a name: its
// members are the message's own. "!": a zero is a value, not the absence of one.
constexpr std::string_view kMessages = R"(
Namespace = 1metadata:ObjectMeta 2spec:NamespaceSpec
ObjectMeta = 1name:s 2generateName:s 3namespace:s 4selfLink:s 5uid:s 6resourceVersion:s 7generation:i
    8creationTimestamp:t 9deletionTimestamp:t 10deletionGracePeriodSeconds:i! 11labels:%s 12annotations:%s
    13ownerReferences:*OwnerReference 14finalizers:*s
OwnerReference = 1kind:s 3name:s 4uid:s 5apiVersion:s 6controller:B! 7blockOwnerDeletion:B!
NamespaceSpec = 1finalizers:*s
Secret = 1metadata:ObjectMeta 2data:%b 3type:s 4stringData:%s 5immutable:B!
ConfigMap = 1metadata:ObjectMeta 2data:%s 3binaryData:%b 4immutable:B!
ServiceAccount = 1metadata:ObjectMeta 2secrets:*ObjectReference 3imagePullSecrets:*LocalObjectReference
    4automountServiceAccountToken:B!
ObjectReference = 1kind:s 2namespace:s 3name:s 4uid:s 5apiVersion:s 6resourceVersion:s 7fieldPath:s
LocalObjectReference = 1name:s
Service = 1metadata:ObjectMeta 2spec:ServiceSpec
ServiceSpec = 1ports:*ServicePort 2selector:%s 3clusterIP:s 4type:s 5externalIPs:*s 7sessionAffinity:s
    8loadBalancerIP:s 9loadBalancerSourceRanges:*s 10externalName:s 11externalTrafficPolicy:s
    12healthCheckNodePort:i 13publishNotReadyAddresses:B 14sessionAffinityConfig:SessionAffinityConfig
    17ipFamilyPolicy:s 18clusterIPs:*s 19ipFamilies:*s 20allocateLoadBalancerNodePorts:B! 21loadBalancerClass:s
    22internalTrafficPolicy:s 23trafficDistribution:s
ServicePort = 1name:s 2protocol:s 3port:i 4targetPort:i/s 5nodePort:i 6appProtocol:s
SessionAffinityConfig = 1clientIP:ClientIPConfig
ClientIPConfig = 1timeoutSeconds:i
ResourceQuota = 1metadata:ObjectMeta 2spec:ResourceQuotaSpec
ResourceQuotaSpec = 1hard:%q 2scopes:*s 3scopeSelector:ScopeSelector
ScopeSelector = 1matchExpressions:*ScopedResourceSelectorRequirement
ScopedResourceSelectorRequirement = 1scopeName:s 2operator:s 3values:*s
LimitRange = 1metadata:ObjectMeta 2spec:LimitRangeSpec
LimitRangeSpec = 1limits:*LimitRangeItem
LimitRangeItem = 1type:s 2max:%q 3min:%q 4default:%q 5defaultRequest:%q 6maxLimitRequestRatio:%q
Pod = 1metadata:ObjectMeta 2spec:PodSpec
PodSpec = 1volumes:*Volume 2containers:*Container 3restartPolicy:s 4terminationGracePeriodSeconds:i!
    5activeDeadlineSeconds:i! 6dnsPolicy:s 7nodeSelector:%s 8serviceAccountName:s 9serviceAccount:s 10nodeName:s
    11hostNetwork:B 12hostPID:B 13hostIPC:B 14securityContext:PodSecurityContext
    15imagePullSecrets:*LocalObjectReference 16hostname:s 17subdomain:s 18affinity:Affinity 19schedulerName:s
    20initContainers:*Container 21automountServiceAccountToken:B! 22tolerations:*Toleration 23hostAliases:*HostAlias
    24priorityClassName:s 25priority:i 26dnsConfig:PodDNSConfig 27shareProcessNamespace:B!
    28readinessGates:*PodReadinessGate 29runtimeClassName:s 30enableServiceLinks:B! 31preemptionPolicy:s
    32overhead:%q 33topologySpreadConstraints:*TopologySpreadConstraint 35setHostnameAsFQDN:B 36os:PodOS
    37hostUsers:B 38schedulingGates:*PodSchedulingGate 40resources:ResourceRequirements
Volume = 1name:s 2^:VolumeSource
VolumeSource = 1hostPath:HostPathVolumeSource 2emptyDir:EmptyDirVolumeSource 6secret:SecretVolumeSource
    7nfs:NFSVolumeSource 10persistentVolumeClaim:PersistentVolumeClaimVolumeSource
    16downwardAPI:DownwardAPIVolumeSource 19configMap:ConfigMapVolumeSource 26projected:ProjectedVolumeSource
HostPathVolumeSource = 1path:s 2type:s
EmptyDirVolumeSource = 1medium:s 2sizeLimit:q
SecretVolumeSource = 1secretName:s 2items:*KeyToPath 3defaultMode:i! 4optional:B!
KeyToPath = 1key:s 2path:s 3mode:i!
NFSVolumeSource = 1server:s 2path:s 3readOnly:B
PersistentVolumeClaimVolumeSource = 1claimName:s 2readOnly:B
DownwardAPIVolumeSource = 1items:*DownwardAPIVolumeFile 2defaultMode:i!
DownwardAPIVolumeFile = 1path:s 2fieldRef:ObjectFieldSelector 3resourceFieldRef:ResourceFieldSelector 4mode:i!
ObjectFieldSelector = 1apiVersion:s 2fieldPath:s
ResourceFieldSelector = 1containerName:s 2resource:s 3divisor:q
ConfigMapVolumeSource = 1^:LocalObjectReference 2items:*KeyToPath 3defaultMode:i! 4optional:B!
ProjectedVolumeSource = 1sources:*VolumeProjection 2defaultMode:i!
VolumeProjection = 1secret:SecretProjection 2downwardAPI:DownwardAPIProjection 3configMap:ConfigMapProjection
    4serviceAccountToken:ServiceAccountTokenProjection 5clusterTrustBundle:ClusterTrustBundleProjection
SecretProjection = 1^:LocalObjectReference 2items:*KeyToPath 4optional:B!
DownwardAPIProjection = 1items:*DownwardAPIVolumeFile
ConfigMapProjection = 1^:LocalObjectReference 2items:*KeyToPath 4optional:B!
ServiceAccountTokenProjection = 1audience:s 2expirationSeconds:i 3path:s
ClusterTrustBundleProjection = 1name:s 2signerName:s 3labelSelector:LabelSelector 4path:s 5optional:B!
LabelSelector = 1matchLabels:%s 2matchExpressions:*LabelSelectorRequirement
LabelSelectorRequirement = 1key:s 2operator:s 3values:*s
Container = 1name:s 2image:s 3command:*s 4args:*s 5workingDir:s 6ports:*ContainerPort 7env:*EnvVar
    8resources:ResourceRequirements 9volumeMounts:*VolumeMount 10livenessProbe:Probe 11readinessProbe:Probe
    12lifecycle:Lifecycle 13terminationMessagePath:s 14imagePullPolicy:s 15securityContext:SecurityContext 16stdin:B
    17stdinOnce:B 18tty:B 19envFrom:*EnvFromSource 20terminationMessagePolicy:s 21volumeDevices:*VolumeDevice
    22startupProbe:Probe 23resizePolicy:*ContainerResizePolicy 24restartPolicy:s
ContainerPort = 1name:s 2hostPort:i 3containerPort:i 4protocol:s 5hostIP:s
EnvFromSource = 1prefix:s 2configMapRef:ConfigMapEnvSource 3secretRef:SecretEnvSource
ConfigMapEnvSource = 1^:LocalObjectReference 2optional:B!
SecretEnvSource = 1^:LocalObjectReference 2optional:B!
EnvVar = 1name:s 2value:s 3valueFrom:EnvVarSource
EnvVarSource = 1fieldRef:ObjectFieldSelector 2resourceFieldRef:ResourceFieldSelector
    3configMapKeyRef:ConfigMapKeySelector 4secretKeyRef:SecretKeySelector
ConfigMapKeySelector = 1^:LocalObjectReference 2key:s 3optional:B!
SecretKeySelector = 1^:LocalObjectReference 2key:s 3optional:B!
ResourceRequirements = 1limits:%q 2requests:%q
ContainerResizePolicy = 1resourceName:s 2restartPolicy:s
VolumeMount = 1name:s 2readOnly:B 3mountPath:s 4subPath:s 5mountPropagation:s 6subPathExpr:s 7recursiveReadOnly:s
VolumeDevice = 1name:s 2devicePath:s
Probe = 1^:ProbeHandler 2initialDelaySeconds:i 3timeoutSeconds:i 4periodSeconds:i 5successThreshold:i
    6failureThreshold:i 7terminationGracePeriodSeconds:i!
ProbeHandler = 1exec:ExecAction 2httpGet:HTTPGetAction 3tcpSocket:TCPSocketAction 4grpc:GRPCAction
ExecAction = 1command:*s
HTTPGetAction = 1path:s 2port:i/s 3host:s 4scheme:s 5httpHeaders:*HTTPHeader
HTTPHeader = 1name:s 2value:s
TCPSocketAction = 1port:i/s 2host:s
GRPCAction = 1port:i 2service:s
Lifecycle = 1postStart:LifecycleHandler 2preStop:LifecycleHandler
LifecycleHandler = 1exec:ExecAction 2httpGet:HTTPGetAction 3tcpSocket:TCPSocketAction 4sleep:SleepAction
SleepAction = 1seconds:i
SecurityContext = 1capabilities:Capabilities 2privileged:B! 3seLinuxOptions:SELinuxOptions 4runAsUser:i!
    5runAsNonRoot:B! 6readOnlyRootFilesystem:B! 7allowPrivilegeEscalation:B! 8runAsGroup:i! 9procMount:s
    10windowsOptions:WindowsSecurityContextOptions 11seccompProfile:SeccompProfile 12appArmorProfile:AppArmorProfile
Capabilities = 1add:*s 2drop:*s
SELinuxOptions = 1user:s 2role:s 3type:s 4level:s
WindowsSecurityContextOptions = 1gmsaCredentialSpecName:s 2gmsaCredentialSpec:s 3runAsUserName:s 4hostProcess:B
SeccompProfile = 1type:s 2localhostProfile:s
AppArmorProfile = 1type:s 2localhostProfile:s
PodSecurityContext = 1seLinuxOptions:SELinuxOptions 2runAsUser:i! 3runAsNonRoot:B! 4supplementalGroups:*i
    5fsGroup:i! 6runAsGroup:i! 7sysctls:*Sysctl 8windowsOptions:WindowsSecurityContextOptions 9fsGroupChangePolicy:s
    10seccompProfile:SeccompProfile 11appArmorProfile:AppArmorProfile 12supplementalGroupsPolicy:s
    13seLinuxChangePolicy:s
Sysctl = 1name:s 2value:s
Affinity = 1nodeAffinity:NodeAffinity 2podAffinity:PodAffinity 3podAntiAffinity:PodAntiAffinity
NodeAffinity = 1requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
    2preferredDuringSchedulingIgnoredDuringExecution:*PreferredSchedulingTerm
NodeSelector = 1nodeSelectorTerms:*NodeSelectorTerm
NodeSelectorTerm = 1matchExpressions:*NodeSelectorRequirement 2matchFields:*NodeSelectorRequirement
NodeSelectorRequirement = 1key:s 2operator:s 3values:*s
PreferredSchedulingTerm = 1weight:i 2preference:NodeSelectorTerm
PodAffinity = 1requiredDuringSchedulingIgnoredDuringExecution:*PodAffinityTerm
    2preferredDuringSchedulingIgnoredDuringExecution:*WeightedPodAffinityTerm
PodAffinityTerm = 1labelSelector:LabelSelector 2namespaces:*s 3topologyKey:s 4namespaceSelector:LabelSelector
    5matchLabelKeys:*s 6mismatchLabelKeys:*s
WeightedPodAffinityTerm = 1weight:i 2podAffinityTerm:PodAffinityTerm
PodAntiAffinity = 1requiredDuringSchedulingIgnoredDuringExecution:*PodAffinityTerm
    2preferredDuringSchedulingIgnoredDuringExecution:*WeightedPodAffinityTerm
Toleration = 1key:s 2operator:s 3value:s 4effect:s 5tolerationSeconds:i
HostAlias = 1ip:s 2hostnames:*s
PodDNSConfig = 1nameservers:*s 2searches:*s 3options:*PodDNSConfigOption
PodDNSConfigOption = 1name:s 2value:s
PodReadinessGate = 1conditionType:s
TopologySpreadConstraint = 1maxSkew:i 2topologyKey:s 3whenUnsatisfiable:s 4labelSelector:LabelSelector 5minDomains:i
    6nodeAffinityPolicy:s 7nodeTaintsPolicy:s 8matchLabelKeys:*s
PodOS = 1name:s
PodSchedulingGate = 1name:s
PodTemplate = 1metadata:ObjectMeta 2template:PodTemplateSpec
PodTemplateSpec = 1metadata:ObjectMeta 2spec:PodSpec
ReplicationController = 1metadata:ObjectMeta 2spec:ReplicationControllerSpec
ReplicationControllerSpec = 1replicas:i! 2selector:%s 3template:PodTemplateSpec 4minReadySeconds:i
PersistentVolumeClaim = 1metadata:ObjectMeta 2spec:PersistentVolumeClaimSpec
PersistentVolumeClaimSpec = 1accessModes:*s 2resources:VolumeResourceRequirements 3volumeName:s
    4selector:LabelSelector 5storageClassName:s 6volumeMode:s 7dataSource:TypedLocalObjectReference
    8dataSourceRef:TypedObjectReference 9volumeAttributesClassName:s
VolumeResourceRequirements = 1limits:%q 2requests:%q
TypedLocalObjectReference = 1apiGroup:s 2kind:s 3name:s
TypedObjectReference = 1apiGroup:s 2kind:s 3name:s 4namespace:s
Endpoints = 1metadata:ObjectMeta 2subsets:*EndpointSubset
EndpointSubset = 1addresses:*EndpointAddress 2notReadyAddresses:*EndpointAddress 3ports:*EndpointPort
EndpointAddress = 1ip:s 2targetRef:ObjectReference 3hostname:s 4nodeName:s
EndpointPort = 1name:s 2port:i 3protocol:s 4appProtocol:s
Event = 1metadata:ObjectMeta 2involvedObject:ObjectReference 3reason:s 4message:s 5source:EventSource
    6firstTimestamp:t 7lastTimestamp:t 8count:i 9type:s 10eventTime:t 11series:EventSeries 12action:s
    13related:ObjectReference 14reportingComponent:s 15reportingInstance:s
EventSource = 1component:s 2host:s
EventSeries = 1count:i 2lastObservedTime:t
Deployment = 1metadata:ObjectMeta 2spec:DeploymentSpec
DeploymentSpec = 1replicas:i! 2selector:LabelSelector 3template:PodTemplateSpec 4strategy:DeploymentStrategy
    5minReadySeconds:i 6revisionHistoryLimit:i! 7paused:B 9progressDeadlineSeconds:i!
DeploymentStrategy = 1type:s 2rollingUpdate:RollingUpdateDeployment
RollingUpdateDeployment = 1maxUnavailable:i/s 2maxSurge:i/s
StatefulSet = 1metadata:ObjectMeta 2spec:StatefulSetSpec
StatefulSetSpec = 1replicas:i! 2selector:LabelSelector 3template:PodTemplateSpec
    4volumeClaimTemplates:*PersistentVolumeClaim 5serviceName:s 6podManagementPolicy:s
    7updateStrategy:StatefulSetUpdateStrategy 8revisionHistoryLimit:i! 9minReadySeconds:i
    10persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy
    11ordinals:StatefulSetOrdinals
StatefulSetUpdateStrategy = 1type:s 2rollingUpdate:RollingUpdateStatefulSetStrategy
RollingUpdateStatefulSetStrategy = 1partition:i! 2maxUnavailable:i/s
StatefulSetPersistentVolumeClaimRetentionPolicy = 1whenDeleted:s 2whenScaled:s
StatefulSetOrdinals = 1start:i
ReplicaSet = 1metadata:ObjectMeta 2spec:ReplicaSetSpec
ReplicaSetSpec = 1replicas:i! 2selector:LabelSelector 3template:PodTemplateSpec 4minReadySeconds:i
Job = 1metadata:ObjectMeta 2spec:JobSpec
JobSpec = 1parallelism:i! 2completions:i! 3activeDeadlineSeconds:i! 4selector:LabelSelector 5manualSelector:B
    6template:PodTemplateSpec 7backoffLimit:i! 8ttlSecondsAfterFinished:i! 9completionMode:s 10suspend:B!
    11podFailurePolicy:PodFailurePolicy 12backoffLimitPerIndex:i 13maxFailedIndexes:i 14podReplacementPolicy:s
    15managedBy:s 16successPolicy:SuccessPolicy
PodFailurePolicy = 1rules:*PodFailurePolicyRule
PodFailurePolicyRule = 1action:s 2onExitCodes:PodFailurePolicyOnExitCodesRequirement
    3onPodConditions:*PodFailurePolicyOnPodConditionsPattern
PodFailurePolicyOnExitCodesRequirement = 1containerName:s 2operator:s 3values:*i
PodFailurePolicyOnPodConditionsPattern = 1type:s
SuccessPolicy = 1rules:*SuccessPolicyRule
SuccessPolicyRule = 1succeededIndexes:s 2succeededCount:i
CronJob = 1metadata:ObjectMeta 2spec:CronJobSpec
CronJobSpec = 1schedule:s 2startingDeadlineSeconds:i! 3concurrencyPolicy:s 4suspend:B! 5jobTemplate:JobTemplateSpec
    6successfulJobsHistoryLimit:i! 7failedJobsHistoryLimit:i! 8timeZone:s
JobTemplateSpec = 1metadata:ObjectMeta 2spec:JobSpec
PodDisruptionBudget = 1metadata:ObjectMeta 2spec:PodDisruptionBudgetSpec
PodDisruptionBudgetSpec = 1minAvailable:i/s 2selector:LabelSelector 3maxUnavailable:i/s
    4unhealthyPodEvictionPolicy:s
Role = 1metadata:ObjectMeta 2rules:*PolicyRule
PolicyRule = 1verbs:*s 2apiGroups:*s 3resources:*s 4resourceNames:*s 5nonResourceURLs:*s
RoleBinding = 1metadata:ObjectMeta 2subjects:*Subject 3roleRef:RoleRef
Subject = 1kind:s 2apiGroup:s 3name:s 4namespace:s
RoleRef = 1apiGroup:s 2kind:s 3name:s
ClusterRole = 1metadata:ObjectMeta 2rules:*PolicyRule 3aggregationRule:AggregationRule
AggregationRule = 1clusterRoleSelectors:*LabelSelector
ClusterRoleBinding = 1metadata:ObjectMeta 2subjects:*Subject 3roleRef:RoleRef
HorizontalPodAutoscaler = 1metadata:ObjectMeta 2spec:HorizontalPodAutoscalerSpec
HorizontalPodAutoscalerSpec = 1scaleTargetRef:CrossVersionObjectReference 2minReplicas:i! 3maxReplicas:i
    4targetCPUUtilizationPercentage:i
CrossVersionObjectReference = 1kind:s 2name:s 3apiVersion:s
SelfSubjectAccessReview = 1metadata:ObjectMeta 2spec:SelfSubjectAccessReviewSpec
SelfSubjectAccessReviewSpec = 1resourceAttributes:ResourceAttributes 2nonResourceAttributes:NonResourceAttributes
ResourceAttributes = 1namespace:s 2verb:s 3group:s 4version:s 5resource:s 6subresource:s 7name:s
    9labelSelector:LabelSelectorAttributes
LabelSelectorAttributes = 1rawSelector:s 2requirements:*LabelSelectorRequirement
NonResourceAttributes = 1path:s 2verb:s
SelfSubjectRulesReview = 1metadata:ObjectMeta 2spec:SelfSubjectRulesReviewSpec
SelfSubjectRulesReviewSpec = 1namespace:s
SubjectAccessReview = 1metadata:ObjectMeta 2spec:SubjectAccessReviewSpec
SubjectAccessReviewSpec = 1resourceAttributes:ResourceAttributes 2nonResourceAttributes:NonResourceAttributes
    3user:s 4groups:*s 6uid:s
LocalSubjectAccessReview = 1metadata:ObjectMeta 2spec:SubjectAccessReviewSpec
DeleteOptions = 1gracePeriodSeconds:i! 2preconditions:Preconditions 3orphanDependents:B! 4propagationPolicy:s
    5dryRun:*s 6ignoreStoreReadErrorWithClusterBreakingPotential:B
Preconditions = 1uid:s 2resourceVersion:s
Scale = 1metadata:ObjectMeta 2spec:ScaleSpec
ScaleSpec = 1replicas:i!
)";

using Messages = std::map<std::string_view, std::vector<ProtobufField>, std::less<>>;

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const auto word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

ProtobufField field_of(std::string_view word) {
  ProtobufField field;
  const char* const end = word.data() + word.size();
  const char* at = std::from_chars(word.data(), end, field.number).ptr;
  const auto rest = std::string_view(at, static_cast<std::size_t>(end - at));
  const auto colon = rest.find(':');
  field.name = rest.substr(0, colon);
  field.type = rest.substr(colon + 1);
  field.list = field.type.starts_with('*');
  field.map = field.type.starts_with('%');
  if (field.list || field.map) field.type.remove_prefix(1);
  field.keeps_zero = field.type.ends_with('!');
  if (field.keeps_zero) field.type.remove_suffix(1);
  return field;
}

// A word before "=" begins a message.
Messages read_messages() {
  Messages messages;
  std::string_view text = kMessages;
  std::vector<ProtobufField>* fields = nullptr;
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
    if (word.find(':') != std::string_view::npos) {
      fields->push_back(field_of(word));
    } else if (word != "=") {
      fields = &messages[word];
    }
  }
  return messages;
}

}  // namespace

const std::vector<ProtobufField>* protobuf_message(std::string_view name) {
  static const Messages kRead = read_messages();
  const auto found = kRead.find(name);
  return found == kRead.end() ? nullptr : &found->second;
}

}  // namespace upshift::emulator::server
