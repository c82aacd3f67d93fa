// The native module: tfjs-node's binding from its own source, and beside it graphs that are loaded from memory and run without the
// graph optimiser (loadGraph, runGraph, closeGraph).
//
// Compiled with -fno-access-control: a graph's tensors are those of the binding's private table.
#include <node_api.h>
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)  // what is registered is below
#include "tfjs_binding.cc"

#include <array>
#include <memory>
#include <sstream>

#include "tensorflow/c/c_api.h"
#include "pages.h"
#include "tf_auto_status.h"

namespace naslab {

using tfnodejs::TF_AutoStatus;
using tfnodejs::TFJSBackend;

/** A session's number in the binding's table, and where its graph's tensors go in and come out. */
struct Graph {
  int32_t id;
  std::vector<TF_Output> feeds;
  std::vector<TF_Output> fetches;
};

using BufferPointer = std::unique_ptr<TF_Buffer, decltype(&TF_DeleteBuffer)>;

napi_value Throw(napi_env env, const std::string& message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

template <size_t N>
std::array<napi_value, N> Arguments(napi_env env, napi_callback_info info) {
  std::array<napi_value, N> args;
  size_t count = N;
  napi_get_cb_info(env, info, &count, args.data(), nullptr, nullptr);
  return args;
}

std::string StringOf(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

/** The first outputs of the operations that a text names, separated by commas. */
std::vector<TF_Output> OutputsOf(TF_Graph* graph, const std::string& names) {
  std::vector<TF_Output> outputs;
  std::stringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');)
    outputs.push_back({TF_GraphOperationByName(graph, name.c_str()), 0});
  return outputs;
}

/** loadGraph(graphDef: Uint8Array, config: Uint8Array, feeds: string, fetches: string): a GraphDef in a session of its own. */
napi_value LoadGraph(napi_env env, napi_callback_info info) {
  const auto args = Arguments<4>(env, info);
  void *bytes, *config;
  size_t size, configSize;
  napi_get_typedarray_info(env, args[0], nullptr, &size, &bytes, nullptr, nullptr);
  napi_get_typedarray_info(env, args[1], nullptr, &configSize, &config, nullptr, nullptr);

  TF_AutoStatus status;
  TF_Graph* graph = TF_NewGraph();
  TF_Buffer* definition = TF_NewBufferFromString(bytes, size);
  TF_ImportGraphDefOptions* importing = TF_NewImportGraphDefOptions();
  TF_GraphImportGraphDef(graph, definition, importing, status.status);
  TF_DeleteImportGraphDefOptions(importing);
  TF_DeleteBuffer(definition);
  TF_Session* session = nullptr;
  if (TF_GetCode(status.status) == TF_OK) {
    TF_SessionOptions* options = TF_NewSessionOptions();
    TF_SetConfig(options, config, configSize, status.status);
    if (TF_GetCode(status.status) == TF_OK) session = TF_NewSession(graph, options, status.status);
    TF_DeleteSessionOptions(options);
  }
  if (TF_GetCode(status.status) != TF_OK) {
    TF_DeleteGraph(graph);
    return Throw(env, TF_Message(status.status));
  }
  auto feeds = OutputsOf(graph, StringOf(env, args[2]));
  auto fetches = OutputsOf(graph, StringOf(env, args[3]));
  auto* loaded = new Graph{tfnodejs::GetTFJSBackend(env)->InsertSavedModel(session, graph), feeds, fetches};
  napi_value result;
  napi_create_external(env, loaded, [](napi_env, void* data, void*) { delete static_cast<Graph*>(data); }, nullptr, &result);
  return result;
}

/** runGraph(graph, inputs: Int32Array, profile?: boolean): the fetched tensors' infos; a profile is a RunMetadata, `metadata` of the array. */
napi_value RunGraph(napi_env env, napi_callback_info info) {
  const auto args = Arguments<3>(env, info);
  void *data, *inputs;
  bool profile = false;
  napi_get_value_external(env, args[0], &data);
  napi_get_typedarray_info(env, args[1], nullptr, nullptr, &inputs, nullptr, nullptr);
  napi_get_value_bool(env, args[2], &profile);
  const Graph& graph = *static_cast<Graph*>(data);
  TFJSBackend* backend = tfnodejs::GetTFJSBackend(env);
  const auto session = backend->tf_savedmodel_map_.find(graph.id);
  if (session == backend->tf_savedmodel_map_.end()) return Throw(env, "the graph is closed");

  TF_AutoStatus status;
  std::vector<std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>> held;  // freed whatever happens
  std::vector<TF_Tensor*> values;
  for (size_t k = 0; k < graph.feeds.size(); k++) {
    const auto handle = backend->tfe_handle_map_.find(static_cast<int32_t*>(inputs)[k]);
    if (handle == backend->tfe_handle_map_.end()) return Throw(env, "an input is no tensor");
    values.push_back(TFE_TensorHandleResolve(handle->second, status.status));
    if (TF_GetCode(status.status) != TF_OK) return Throw(env, TF_Message(status.status));
    held.emplace_back(values.back(), TF_DeleteTensor);
  }

  const char fullTrace[] = {8, 3};  // RunOptions: trace_level = FULL_TRACE
  const BufferPointer options(profile ? TF_NewBufferFromString(fullTrace, sizeof fullTrace) : nullptr, TF_DeleteBuffer);
  const BufferPointer metadata(profile ? TF_NewBuffer() : nullptr, TF_DeleteBuffer);
  std::vector<TF_Tensor*> outputs(graph.fetches.size());
  TF_SessionRun(session->second.first, options.get(), graph.feeds.data(), values.data(), values.size(), graph.fetches.data(),
                outputs.data(), outputs.size(), nullptr, 0, metadata.get(), status.status);
  if (TF_GetCode(status.status) != TF_OK) return Throw(env, TF_Message(status.status));
  napi_value result;
  napi_create_array_with_length(env, outputs.size(), &result);
  for (size_t k = 0; k < outputs.size(); k++) {
    TFE_TensorHandle* handle = TFE_NewTensorHandle(outputs[k], status.status);
    TF_DeleteTensor(outputs[k]);
    napi_set_element(env, result, k, backend->GenerateOutputTensorInfo(env, handle));
  }
  if (profile) {
    napi_value bytes;
    napi_create_buffer_copy(env, metadata->length, metadata->data, nullptr, &bytes);
    napi_set_named_property(env, result, "metadata", bytes);
  }
  return result;
}

/** closeGraph(graph): frees its session. */
napi_value CloseGraph(napi_env env, napi_callback_info info) {
  const auto args = Arguments<1>(env, info);
  void* data;
  napi_get_value_external(env, args[0], &data);
  TFJSBackend* backend = tfnodejs::GetTFJSBackend(env);
  const auto entry = backend->tf_savedmodel_map_.find(static_cast<Graph*>(data)->id);
  if (entry == backend->tf_savedmodel_map_.end()) return nullptr;
  TF_AutoStatus status;
  TF_DeleteSession(entry->second.first, status.status);
  TF_DeleteGraph(entry->second.second);
  backend->tf_savedmodel_map_.erase(entry);
  return nullptr;
}

}  // namespace naslab

NAPI_MODULE_INIT() {
  const napi_property_descriptor properties[] = {
      {"loadGraph", nullptr, naslab::LoadGraph, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"runGraph", nullptr, naslab::RunGraph, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"closeGraph", nullptr, naslab::CloseGraph, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  exports = tfnodejs::InitTFNodeJSBinding(env, exports);
  if (exports) napi_define_properties(env, exports, 3, properties);
  naslab::ReleaseLibraryPages();
  return exports;
}
