#include "cluster/schema_tables.hpp"

namespace upshift::cluster {

const std::vector<std::string_view>& schema_tables() {
  static const std::vector<std::string_view> tables = {kMetadataTable, kPodTable, kCoreTable, kWorkloadTable,
                                                       kOpenshiftTable};
  return tables;
}

const std::string_view kMetadataTable = R"(
OwnerReference: apiVersion=s! kind=s! name=s! uid=s! controller=b? blockOwnerDeletion=b?
Meta: name=s generateName=s namespace=s uid=s resourceVersion=s generation=i creationTimestamp=s deletionTimestamp=s
  deletionGracePeriodSeconds=i? labels={s} annotations={s} ownerReferences=[OwnerReference]@uid finalizers=[s]+
Object: apiVersion=s kind=s metadata=Meta!
LabelSelectorRequirement: key=s! operator=s! values=[s]
LabelSelector: matchLabels={s} matchExpressions=[LabelSelectorRequirement]
ObjectReference: kind=s namespace=s name=s uid=s apiVersion=s resourceVersion=s fieldPath=s
LocalObjectReference: name=s
)";

const std::string_view kPodTable = R"(
KeySelector: name=s key=s! optional=b?
ObjectFieldSelector: apiVersion=s fieldPath=s!
ResourceFieldSelector: containerName=s resource=s! divisor=q
EnvVarSource: fieldRef=ObjectFieldSelector resourceFieldRef=ResourceFieldSelector configMapKeyRef=KeySelector
  secretKeyRef=KeySelector
EnvVar: name=s! value=s valueFrom=EnvVarSource
LocalSource: name=s optional=b?
EnvFromSource: prefix=s configMapRef=LocalSource secretRef=LocalSource
ContainerPort: name=s hostPort=i containerPort=i! protocol=s hostIP=s
ResourceRequirements: limits={q} requests={q}
VolumeMount: name=s! readOnly=b mountPath=s! subPath=s mountPropagation=s? subPathExpr=s
VolumeDevice: name=s! devicePath=s!
ExecAction: command=[s]
HTTPHeader: name=s! value=s!
HTTPGetAction: path=s port=i/s! host=s scheme=s httpHeaders=[HTTPHeader]
TCPSocketAction: port=i/s! host=s
GRPCAction: port=i! service=s?
Handler: exec=ExecAction httpGet=HTTPGetAction tcpSocket=TCPSocketAction grpc=GRPCAction
Probe: <Handler initialDelaySeconds=i timeoutSeconds=i periodSeconds=i successThreshold=i failureThreshold=i
  terminationGracePeriodSeconds=i?
Lifecycle: postStart=Handler preStop=Handler
Capabilities: add=[s] drop=[s]
SELinuxOptions: user=s role=s type=s level=s
SecurityContext: capabilities=Capabilities privileged=b? seLinuxOptions=SELinuxOptions windowsOptions=any runAsUser=i?
  runAsGroup=i? runAsNonRoot=b? readOnlyRootFilesystem=b? allowPrivilegeEscalation=b? procMount=s? seccompProfile=any
Container: name=s! image=s command=[s] args=[s] workingDir=s ports=[ContainerPort]@containerPort envFrom=[EnvFromSource]
  env=[EnvVar]@name resources=ResourceRequirements! volumeMounts=[VolumeMount]@mountPath
  volumeDevices=[VolumeDevice]@devicePath livenessProbe=Probe readinessProbe=Probe startupProbe=Probe lifecycle=Lifecycle
  terminationMessagePath=s terminationMessagePolicy=s imagePullPolicy=s securityContext=SecurityContext stdin=b
  stdinOnce=b tty=b
KeyToPath: key=s! path=s! mode=i?
EmptyDir: medium=s sizeLimit=q
HostPath: path=s! type=s?
SecretVolume: secretName=s items=[KeyToPath] defaultMode=i? optional=b?
ConfigMapVolume: name=s items=[KeyToPath] defaultMode=i? optional=b?
PersistentVolumeClaimVolume: claimName=s! readOnly=b
DownwardFile: path=s! fieldRef=ObjectFieldSelector resourceFieldRef=ResourceFieldSelector mode=i?
DownwardVolume: items=[DownwardFile] defaultMode=i?
NfsVolume: server=s! path=s! readOnly=b
ProjectedVolume: sources=[any] defaultMode=i?
Volume: name=s! hostPath=HostPath emptyDir=EmptyDir secret=SecretVolume configMap=ConfigMapVolume
  persistentVolumeClaim=PersistentVolumeClaimVolume downwardAPI=DownwardVolume nfs=NfsVolume projected=ProjectedVolume
  csi=any glusterfs=any iscsi=any rbd=any cephfs=any awsElasticBlockStore=any gcePersistentDisk=any azureFile=any
  azureDisk=any vsphereVolume=any flexVolume=any cinder=any fc=any ephemeral=any
Toleration: key=s operator=s value=s effect=s tolerationSeconds=i?
HostAlias: ip=s hostnames=[s]
PodSecurityContext: seLinuxOptions=SELinuxOptions windowsOptions=any runAsUser=i? runAsGroup=i? runAsNonRoot=b?
  supplementalGroups=[i] fsGroup=i? sysctls=[any] fsGroupChangePolicy=s? seccompProfile=any
PodSpec: volumes=[Volume]@name initContainers=[Container]@name containers=[Container]!@name ephemeralContainers=[any]@name
  restartPolicy=s terminationGracePeriodSeconds=i? activeDeadlineSeconds=i? dnsPolicy=s nodeSelector={s}
  serviceAccountName=s serviceAccount=s automountServiceAccountToken=b? nodeName=s hostNetwork=b hostPID=b hostIPC=b
  shareProcessNamespace=b? securityContext=PodSecurityContext imagePullSecrets=[LocalObjectReference]@name hostname=s
  subdomain=s affinity=any schedulerName=s tolerations=[Toleration] hostAliases=[HostAlias]@ip priorityClassName=s
  priority=i? dnsConfig=any readinessGates=[any] runtimeClassName=s? enableServiceLinks=b? preemptionPolicy=s?
  overhead={q} topologySpreadConstraints=[any]@topologyKey setHostnameAsFQDN=b?
PodTemplateSpec: metadata=Meta! spec=PodSpec!
PodCondition: type=s! status=s! lastProbeTime=s lastTransitionTime=s reason=s message=s
PodStatus: phase=s conditions=[PodCondition]@type message=s reason=s nominatedNodeName=s hostIP=s podIP=s
  podIPs=[any]@ip startTime=s initContainerStatuses=[any] containerStatuses=[any] qosClass=s
Pod: <Object spec=PodSpec! status=PodStatus!
PodTemplate: <Object template=PodTemplateSpec!
)";

}  // namespace upshift::cluster
