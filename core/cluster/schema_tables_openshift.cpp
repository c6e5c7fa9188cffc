#include "cluster/schema_tables.hpp"

namespace upshift::cluster {

const std::string_view kOpenshiftTable = R"(
ExecNewPodHook: command=[s]! env=[EnvVar] containerName=s! volumes=[s]
TagImageHook: containerName=s! to=ObjectReference!
LifecycleHook: failurePolicy=s! execNewPod=ExecNewPodHook tagImages=[TagImageHook]
CustomParams: image=s environment=[EnvVar] command=[s]
RecreateParams: timeoutSeconds=i? pre=LifecycleHook mid=LifecycleHook post=LifecycleHook
RollingParams: updatePeriodSeconds=i? intervalSeconds=i? timeoutSeconds=i? maxUnavailable=i/s maxSurge=i/s
  pre=LifecycleHook post=LifecycleHook
ConfigStrategy: type=s customParams=CustomParams recreateParams=RecreateParams rollingParams=RollingParams
  resources=ResourceRequirements! labels={s} annotations={s} activeDeadlineSeconds=i?
ImageChangeParams: automatic=b containerNames=[s] from=ObjectReference! lastTriggeredImage=s
TriggerPolicy: type=s imageChangeParams=ImageChangeParams
DeploymentConfigSpec: strategy=ConfigStrategy! minReadySeconds=i triggers=[TriggerPolicy]? replicas=i!
  revisionHistoryLimit=i? test=b! paused=b selector={s} template=PodTemplateSpec
ConfigCondition: type=s! status=s! lastUpdateTime=s lastTransitionTime=s reason=s message=s
ImageTriggerCause: from=ObjectReference!
DeploymentCause: type=s! imageTrigger=ImageTriggerCause
DeploymentDetails: message=s causes=[DeploymentCause]!
DeploymentConfigStatus: latestVersion=i! observedGeneration=i! replicas=i! updatedReplicas=i! availableReplicas=i!
  unavailableReplicas=i! details=DeploymentDetails conditions=[ConfigCondition]@type readyReplicas=i
DeploymentConfig: <Object spec=DeploymentConfigSpec! status=DeploymentConfigStatus!
DeploymentRequest: apiVersion=s kind=s name=s! latest=b! force=b! excludeTriggers=[s]
ImportPolicy: insecure=b scheduled=b importMode=s
ReferencePolicy: type=s!
TagReference: name=s! annotations={s} from=ObjectReference reference=b generation=i? importPolicy=ImportPolicy!
  referencePolicy=ReferencePolicy!
LookupPolicy: local=b!
ImageStreamSpec: lookupPolicy=LookupPolicy! dockerImageRepository=s tags=[TagReference]@name
TagEvent: created=s dockerImageReference=s! image=s! generation=i!
TagEventCondition: type=s! status=s! lastTransitionTime=s reason=s message=s generation=i!
NamedTagEventList: tag=s! items=[TagEvent]? conditions=[TagEventCondition]
ImageStreamStatus: dockerImageRepository=s! publicDockerImageRepository=s tags=[NamedTagEventList]@tag
ImageStream: <Object spec=ImageStreamSpec! status=ImageStreamStatus!
ImageStreamTag: <Object tag=TagReference generation=i! lookupPolicy=LookupPolicy! conditions=[TagEventCondition]
  image=any!
ImageImportSpec: from=ObjectReference! to=LocalObjectReference importPolicy=ImportPolicy! referencePolicy=ReferencePolicy!
  includeManifest=b
RepositoryImportSpec: from=ObjectReference! importPolicy=ImportPolicy! referencePolicy=ReferencePolicy! includeManifest=b
ImageStreamImportSpec: import=b! repository=RepositoryImportSpec images=[ImageImportSpec]
ImageStreamImport: <Object spec=ImageStreamImportSpec! status=any!
RouteTarget: kind=s! name=s! weight=i?
RoutePort: targetPort=i/s!
TLSConfig: termination=s! certificate=s key=s caCertificate=s destinationCACertificate=s insecureEdgeTerminationPolicy=s
RouteSpec: host=s subdomain=s path=s to=RouteTarget! alternateBackends=[RouteTarget] port=RoutePort tls=TLSConfig
  wildcardPolicy=s
RouteCondition: type=s! status=s! reason=s message=s lastTransitionTime=s
RouteIngress: host=s routerName=s conditions=[RouteCondition] wildcardPolicy=s routerCanonicalHostname=s
RouteStatus: ingress=[RouteIngress]
Route: <Object spec=RouteSpec! status=RouteStatus!
Parameter: name=s! displayName=s description=s value=s generate=s from=s required=b
Template: <Object message=s objects=[any]! parameters=[Parameter] labels={s}
ProjectSpec: finalizers=[s]
ProjectStatus: phase=s conditions=[any]@type
Project: <Object spec=ProjectSpec! status=ProjectStatus!
)";

}  // namespace upshift::cluster
