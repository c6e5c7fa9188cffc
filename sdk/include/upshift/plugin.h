/* The plugin ABI of upshift, major 1. The contract in words, with the JSON of every call: docs/plugin-abi.md.
 *
 * A plugin is a shared library that exports one function, upshift_plugin_entry_v1. It is as trusted as the host:
 * pointers are not validated. No C++ type, allocator or exception crosses; every payload is UTF-8 JSON.
 *
 * Compatibility: within a major, tables grow only at their end. Each side copies the smaller of the two struct_size
 * values into a zeroed table of its own and treats a zero member as absent. Optional features are services by id and
 * revision.
 */
#ifndef UPSHIFT_PLUGIN_H
#define UPSHIFT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UPSHIFT_ABI_MAJOR 1u
#define UPSHIFT_ABI_MINOR 0u
#define UPSHIFT_ENTRY_SYMBOL "upshift_plugin_entry_v1"

#if defined(__GNUC__)
#define UPSHIFT_EXPORT __attribute__((visibility("default")))
#else
#define UPSHIFT_EXPORT
#endif

/* OWNERSHIP: borrowed. UTF-8, not NUL-terminated, valid until the call it was passed to returns. */
typedef struct upshift_view {
  const char* data;
  size_t size;
} upshift_view;

/* Takes bytes in any number of chunks and copies them. OWNERSHIP: the receiver of the bytes owns the sink. A write that
 * returns non-zero refuses; the sender stops. */
typedef struct upshift_sink {
  void* data;
  int32_t (*write)(void* data, upshift_view chunk);
} upshift_sink;

/* The canonical gRPC codes, with gRPC's numbers. An unknown value counts as UPSHIFT_STATUS_INTERNAL. Every status but
 * OK comes with at least one diagnostic of severity ERROR. */
typedef int32_t upshift_status;
enum {
  UPSHIFT_STATUS_OK = 0,
  UPSHIFT_STATUS_CANCELLED = 1,
  UPSHIFT_STATUS_UNKNOWN = 2,
  UPSHIFT_STATUS_INVALID_ARGUMENT = 3,
  UPSHIFT_STATUS_DEADLINE_EXCEEDED = 4,
  UPSHIFT_STATUS_NOT_FOUND = 5,
  UPSHIFT_STATUS_ALREADY_EXISTS = 6,
  UPSHIFT_STATUS_PERMISSION_DENIED = 7,
  UPSHIFT_STATUS_RESOURCE_EXHAUSTED = 8,
  UPSHIFT_STATUS_FAILED_PRECONDITION = 9,
  UPSHIFT_STATUS_ABORTED = 10,
  UPSHIFT_STATUS_OUT_OF_RANGE = 11,
  UPSHIFT_STATUS_UNIMPLEMENTED = 12,
  UPSHIFT_STATUS_INTERNAL = 13,
  UPSHIFT_STATUS_UNAVAILABLE = 14,
  UPSHIFT_STATUS_DATA_LOSS = 15,
  UPSHIFT_STATUS_UNAUTHENTICATED = 16
};

typedef int32_t upshift_severity;
enum {
  UPSHIFT_SEVERITY_DEBUG = 0,
  UPSHIFT_SEVERITY_INFO = 1,
  UPSHIFT_SEVERITY_WARNING = 2,
  UPSHIFT_SEVERITY_ERROR = 3
};

/* What a plugin may be asked to do. An operation that a plugin does not know is UPSHIFT_STATUS_UNIMPLEMENTED. */
typedef int32_t upshift_operation;
enum {
  UPSHIFT_OPERATION_CHECK = 1,    /* is this step done, pending, not applicable, blocked? reads only */
  UPSHIFT_OPERATION_APPLY = 2,    /* send the changes, name the conditions to await, return at once */
  UPSHIFT_OPERATION_VERIFY = 3,   /* after the conditions hold: is the effect there? reads only */
  UPSHIFT_OPERATION_UNDO = 4,     /* only for effects that the journal cannot invert */
  UPSHIFT_OPERATION_SIMULATE = 5, /* what the outside world would do; called in a rehearsal only */
  UPSHIFT_OPERATION_DETECT = 6    /* which version and variant of a product is installed; reads only */
};
#define UPSHIFT_OPERATION_BIT(operation) (1u << (operation))

/* path: a JSON pointer into the request, the name of an object, or empty. Never put a secret into a diagnostic. */
typedef struct upshift_diagnostic {
  uint32_t struct_size;
  upshift_severity severity;
  upshift_view summary;
  upshift_view detail;
  upshift_view path;
} upshift_diagnostic;

/* The context of one call. Valid until the plugin's function returns; no callback may be made after that. All callbacks
 * are made on the thread of the call, except `cancelled`, which any thread may ask. None of them is null. */
typedef struct upshift_call upshift_call;
struct upshift_call {
  uint32_t struct_size;
  void* host_data;
  /* Asks a service of the host ("upshift.cluster/1") to do `verb`; the reply's JSON goes to `reply`, which may be null.
   * On failure the host has already attached diagnostics to the call: return the status, or handle it and go on; the
   * reply is then {"summary","detail","path"}. */
  upshift_status (*invoke)(const upshift_call* call, upshift_view service, upshift_view verb, upshift_view request_json,
                           const upshift_sink* reply);
  /* The operation's own result, at most once; bytes are copied. */
  upshift_status (*reply)(const upshift_call* call, upshift_view json);
  void (*diagnose)(const upshift_call* call, const upshift_diagnostic* diagnostic);
  void (*log)(const upshift_call* call, upshift_severity severity, upshift_view message);
  void (*progress)(const upshift_call* call, double fraction, upshift_view message);
  int32_t (*cancelled)(const upshift_call* call);
  /* The host's clock, milliseconds since 1970. In a rehearsal it is virtual: a plugin reads no other clock. */
  int64_t (*now_ms)(const upshift_call* call);
};

/* The host, outlives every instance. */
typedef struct upshift_host upshift_host;
struct upshift_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  void* host_data;
  const char* version;
  /* 1 where the host offers the service, else 0. Any thread. */
  int32_t (*offers)(const upshift_host* host, upshift_view service);
};

/* Static storage of the plugin, constant for the life of the process. */
typedef struct upshift_plugin upshift_plugin;
struct upshift_plugin {
  uint32_t struct_size;
  uint32_t abi_minor;
  const char* id;            /* "upshift.registry"; equal to the manifest's */
  const char* version;       /* equal to the manifest's */
  const char* manifest_json; /* config/schemas/manifest.schema.json */
  /* Makes an instance. `instance` may be set to null: a plugin without state. */
  upshift_status (*create)(const upshift_host* host, const upshift_call* call, void** instance);
  /* Never while a run() is active. */
  void (*destroy)(void* instance);
  /* The operations that `subject` has, as UPSHIFT_OPERATION_BITs; 0 for an unknown subject. The subject of a step's
   * operations is "STAGE/STEP" of a hop or "STEP" of a concern, prefixed by its owner: "2.5-2.6/images/amp-system",
   * "registry/credentials"; of DETECT the product's id; of SIMULATE the word "simulate". */
  uint32_t (*operations)(void* instance, upshift_view subject);
  /* Does one operation. Never called concurrently on one instance. */
  upshift_status (*run)(void* instance, const upshift_call* call, upshift_operation operation, upshift_view subject,
                        upshift_view request_json);
};

/* No side effects, cannot fail, returns the same pointer each time. */
UPSHIFT_EXPORT const upshift_plugin* upshift_plugin_entry_v1(void);

#ifdef __cplusplus
}
#endif

#endif /* UPSHIFT_PLUGIN_H */
