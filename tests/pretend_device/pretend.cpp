// A pretend accelerator: tensors on it cannot meet tensors on the CPU, it has a random stream of its
// own, and it knows no float64, as Apple's GPU (unless COURSE_PRETEND_FLOAT64 is set); but its memory
// is the CPU's and its kernels are the CPU's. See __init__.py.

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/Resize.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/reshape_native.h>
#include <ATen/ops/set_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>
#include <cstdlib>

namespace {

constexpr auto kPretend = c10::DeviceType::PrivateUse1;
const c10::Device kDevice(kPretend, 0);

// --- memory: the CPU's, under another name ---

struct Memory final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    void* data = c10::GetCPUAllocator()->raw_allocate(bytes);
    return {data, data, c10::GetCPUAllocator()->raw_deleter(), kDevice};
  }
  c10::DeleterFnPtr raw_deleter() const override {
    return c10::GetCPUAllocator()->raw_deleter();
  }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
};
Memory memory;
REGISTER_ALLOCATOR(kPretend, &memory);

// --- one device, one stream ---

struct Guard final : c10::impl::DeviceGuardImplInterface {
  c10::DeviceType type() const override { return kPretend; }
  c10::Device exchangeDevice(c10::Device) const override { return kDevice; }
  c10::Device getDevice() const override { return kDevice; }
  void setDevice(c10::Device) const override {}
  void uncheckedSetDevice(c10::Device) const noexcept override {}
  c10::Stream getStream(c10::Device) const override {
    return c10::Stream(c10::Stream::DEFAULT, kDevice);
  }
  c10::Stream getNewStream(c10::Device, int) const override { return getStream(kDevice); }
  c10::Stream exchangeStream(c10::Stream stream) const override { return stream; }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, c10::DeviceIndex) const noexcept override {}
  bool queryStream(const c10::Stream&) const override { return true; }
  void synchronizeStream(const c10::Stream&) const override {}
};
C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

// --- a random stream of its own ---

const at::Generator& stream() {
  static const at::Generator one = at::detail::createCPUGenerator();
  return one;
}

at::Tensor get_rng_state() { return stream().get_state(); }
void set_rng_state(const at::Tensor& state) { at::Generator(stream()).set_state(state); }
void manual_seed(int64_t seed) { at::Generator(stream()).set_current_seed(seed); }

struct Hooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override { return stream(); }
};

// --- tensors ---

void refuse_double(std::optional<c10::ScalarType> dtype) {
  static const bool has_double = std::getenv("COURSE_PRETEND_FLOAT64") != nullptr;
  if (has_double) return;
  const auto type = c10::dtype_or_default(dtype);
  TORCH_CHECK_TYPE(
      type != c10::kDouble && type != c10::kComplexDouble,
      "the pretend device has no float64; use float32 there and float64 on the CPU");
}

at::Tensor empty(
    c10::IntArrayRef size, std::optional<c10::ScalarType> dtype, std::optional<c10::Layout>,
    std::optional<c10::Device>, std::optional<bool>, std::optional<c10::MemoryFormat> format) {
  refuse_double(dtype);
  return at::detail::empty_generic(
      size, &memory, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
      c10::dtype_or_default(dtype), format);
}

at::Tensor empty_strided(
    c10::IntArrayRef size, c10::IntArrayRef stride, std::optional<c10::ScalarType> dtype,
    std::optional<c10::Layout>, std::optional<c10::Device>, std::optional<bool>) {
  refuse_double(dtype);
  return at::detail::empty_strided_generic(
      size, stride, &memory, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
      c10::dtype_or_default(dtype));
}

// The same memory seen as a tensor of the other device. Nothing is copied, so that a lesson costs
// little more here than on the CPU.
at::Tensor seen_on(const at::Tensor& x, c10::Device device) {
  if (!x.defined() || x.device() == device) return x;
  if (!device.is_cpu()) refuse_double(x.scalar_type());
  auto* owner = new c10::Storage(x.storage());
  c10::DataPtr data(
      owner->mutable_data(), owner, [](void* o) { delete static_cast<c10::Storage*>(o); }, device);
  auto storage = c10::make_intrusive<c10::StorageImpl>(
      c10::StorageImpl::use_byte_size_t(), x.storage().nbytes(), std::move(data),
      device.is_cpu() ? c10::GetCPUAllocator() : &memory, /*resizable=*/true);
  const auto key = device.is_cpu() ? c10::DispatchKey::CPU : c10::DispatchKey::PrivateUse1;
  auto seen = at::detail::make_tensor<c10::TensorImpl>(
      std::move(storage), c10::DispatchKeySet(key), x.dtype());
  seen.unsafeGetTensorImpl()->set_sizes_and_strides(x.sizes(), x.strides(), x.storage_offset());
  return seen;
}

at::Tensor on_cpu(const at::Tensor& x) { return seen_on(x, c10::kCPU); }

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool) {
  if (from.numel() != 0 && to.numel() != 0) on_cpu(to).copy_(on_cpu(from));
  return to;
}

at::Scalar local_scalar_dense(const at::Tensor& x) { return on_cpu(x).item(); }

const at::Tensor& resize(
    const at::Tensor& x, c10::SymIntArrayRef size, std::optional<c10::MemoryFormat> format) {
  return at::native::resize_(x, C10_AS_INTARRAYREF_SLOW(size), format);
}

at::Tensor as_strided(
    const at::Tensor& x, c10::SymIntArrayRef size, c10::SymIntArrayRef stride,
    std::optional<c10::SymInt> offset) {
  auto at_ = offset ? std::optional<int64_t>(offset->guard_int(__FILE__, __LINE__)) : std::nullopt;
  return at::native::as_strided_tensorimpl(
      x, C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride), at_);
}

at::Tensor view(const at::Tensor& x, c10::SymIntArrayRef size) {
  return at::native::view(x, C10_AS_INTARRAYREF_SLOW(size));
}

at::Tensor reshape_alias(
    const at::Tensor& x, c10::SymIntArrayRef size, c10::SymIntArrayRef stride) {
  return at::native::_reshape_alias(
      x, C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride));
}

at::Tensor& set_storage(
    at::Tensor& x, at::Storage source, c10::SymInt offset, c10::SymIntArrayRef size,
    c10::SymIntArrayRef stride) {
  return at::native::set_storage_cpu_(
      x, source, offset.guard_int(__FILE__, __LINE__), C10_AS_INTARRAYREF_SLOW(size),
      C10_AS_INTARRAYREF_SLOW(stride));
}

at::Tensor& set_whole_storage(at::Tensor& x, at::Storage source) {
  const int64_t n = static_cast<int64_t>(source.nbytes() / x.dtype().itemsize());
  return at::native::set_storage_cpu_(x, source, 0, {n}, {1});
}

// Convolutions choose their kernel by device, so that the fallback never sees them.

at::Tensor convolution(
    const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
    c10::IntArrayRef stride, c10::IntArrayRef padding, c10::IntArrayRef dilation, bool transposed,
    c10::IntArrayRef output_padding, int64_t groups) {
  const auto bias_ = bias && bias->defined() ? std::make_optional(on_cpu(*bias)) : std::nullopt;
  return seen_on(
      at::convolution(
          on_cpu(x), on_cpu(weight), bias_, stride, padding, dilation, transposed, output_padding,
          groups),
      kDevice);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(
    const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight,
    c10::IntArrayRef stride, c10::IntArrayRef padding, c10::IntArrayRef dilation, bool transposed,
    c10::IntArrayRef output_padding, int64_t groups, std::array<bool, 3> wanted) {
  const std::vector<int64_t> bias_size{gradient.size(1)};
  auto [of_x, of_weight, of_bias] = at::convolution_backward(
      on_cpu(gradient.contiguous()), on_cpu(x), on_cpu(weight), bias_size, stride, padding,
      dilation, transposed, output_padding, groups, wanted);
  return {seen_on(of_x, kDevice), seen_on(of_weight, kDevice), seen_on(of_bias, kDevice)};
}

// Everything else: the CPU's kernel, on the same memory.

bool takes_a_stream(const c10::Argument& argument) {
  const auto optional = argument.type()->cast<c10::OptionalType>();
  return optional && optional->getElementType()->kind() == c10::TypeKind::GeneratorType;
}

void fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const auto& arguments = op.schema().arguments();
  std::vector<std::pair<at::Tensor, at::Tensor>> seen;  // a tensor of this device, and as the CPU's
  const auto here = [&](const at::Tensor& x) {
    if (!x.defined() || x.device().is_cpu()) return x;
    for (const auto& [there, cpu] : seen)
      if (there.is_same(x)) return cpu;
    return seen.emplace_back(x, on_cpu(x)).second;
  };
  const auto checked = [&](const at::Tensor& x, const c10::Argument& argument) {
    const bool written = argument.alias_info() != nullptr && argument.alias_info()->isWrite();
    TORCH_CHECK(
        !x.defined() || !x.device().is_cpu() || (x.dim() == 0 && !written), op.schema().name(),
        ": argument ", argument.name(), " is on the CPU and another on the pretend device");
    return here(x);
  };
  for (const auto i : c10::irange(arguments.size())) {
    auto& value = (*stack)[stack->size() - arguments.size() + i];
    if (value.isTensor()) {
      value = checked(value.toTensor(), arguments[i]);
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& x : value.toTensorList()) list.push_back(checked(x, arguments[i]));
      value = list;
    } else if (value.isOptionalTensorList()) {  // indices, which any device takes from the CPU
      c10::List<std::optional<at::Tensor>> list;
      for (const std::optional<at::Tensor>& x : value.toOptionalTensorList())
        list.push_back(x ? std::make_optional(here(*x)) : std::nullopt);
      value = list;
    } else if (value.isDevice()) {
      value = c10::Device(c10::kCPU);
    } else if (takes_a_stream(arguments[i])) {
      TORCH_CHECK(value.isNone(), "a stream of the CPU cannot serve the pretend device");
      value = stream();
    }
  }
  op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  for (const auto& [there, cpu] : seen) {
    if (cpu.data_ptr() == there.data_ptr() && cpu.sizes() == there.sizes()) continue;
    at::native::resize_(there, cpu.sizes(), std::nullopt);  // a result that had not its size yet
    copy_from(cpu, there, false);
  }
  const auto back = [&](const at::Tensor& x) {
    for (const auto& [there, cpu] : seen)
      if (cpu.is_same(x)) return there;
    return seen_on(x, kDevice);
  };
  const auto n_results = op.schema().returns().size();
  for (const auto i : c10::irange(n_results)) {
    auto& value = (*stack)[stack->size() - n_results + i];
    if (value.isTensor()) {
      value = back(value.toTensor());
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& x : value.toTensorList()) list.push_back(back(x));
      value = list;
    }
  }
}

Hooks hooks;

}  // namespace

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
  at::RegisterPrivateUse1HooksInterface(&hooks);
  m.impl("empty.memory_format", &empty);
  m.impl("empty_strided", &empty_strided);
  m.impl("_copy_from", &copy_from);
  m.impl("_local_scalar_dense", &local_scalar_dense);
  m.impl("resize_", &resize);
  m.impl("as_strided", &as_strided);
  m.impl("view", &view);
  m.impl("_reshape_alias", &reshape_alias);
  m.impl("convolution_overrideable", &convolution);
  m.impl("convolution_backward_overrideable", &convolution_backward);
  m.impl("set_.source_Storage", &set_whole_storage);
  m.impl("set_.source_Storage_storage_offset", &set_storage);
}

TORCH_LIBRARY(course_pretend, m) {
  m.def("get_rng_state", &get_rng_state);
  m.def("set_rng_state", &set_rng_state);
  m.def("manual_seed", &manual_seed);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFromBoxedFunction<&fallback>());
}
