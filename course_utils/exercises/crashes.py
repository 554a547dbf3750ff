"""The errors that most people meet, in their own terms.

Python and torch say what went wrong inside them. A lesson says what it means in the student's
function, and only where the error's own text leaves no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.exercises.run_probe import Fault


@dataclass(frozen=True)
class Lesson:
    """A named error.

    Attributes
    ----------
    name : str
        The misconception's name.
    error : str
        The exception's type; "" for any.
    text : str
        A regular expression, to be found in the exception's own words.
    message : str
        What it means, with what to do.
    line : str
        A regular expression, to be found in the student's line; "" for any.
    """

    name: str
    error: str
    text: str
    message: str
    line: str = ""


# The first that fits is told. What a bank says of a crash of its exercise takes precedence.
LESSONS = (
    Lesson(
        "modified_in_place",
        "RuntimeError",
        r"modified by an inplace operation",
        "A tensor that backward() still needed was overwritten after the forward pass: by an "
        "operation in place (`+=`, `x[...] = …`, a method that ends in `_`), or by an optimiser's "
        "step() between computing a loss and calling its backward(). Compute the loss anew after "
        "the step, or write the result to a new tensor.",
    ),
    Lesson(
        "backward_twice",
        "RuntimeError",
        r"backward through the graph a second time",
        "backward() went through the same computation twice, and torch frees it after the first "
        "time. Usually the fakes that the critic was trained on are still attached to the "
        "generator, or one loss is used for two updates: detach what is not to be trained in "
        "this update, and compute the scores anew for the next. `retain_graph=True`, which "
        "torch suggests, would only hide this.",
    ),
    Lesson(
        "in_place_on_leaf",
        "RuntimeError",
        r"a (?:view of a )?leaf [Vv]ariable that requires grad is being used in an in-?place",
        "You change a parameter in place while torch records operations on it. Put the change "
        "inside `with torch.no_grad():`.",
    ),
    Lesson(
        "gradient_needs_scalar",
        "RuntimeError",
        r"grad can be implicitly created only for scalar outputs",
        "You differentiate several numbers at once. torch differentiates one number: add the "
        "scores up first, or say with `grad_outputs=torch.ones_like(…)` that their sum is meant.",
    ),
    Lesson(
        "gradients_switched_off",
        "RuntimeError",
        r"element 0 of tensors does not require grad",
        "What you differentiate has no connection to anything that asks for a gradient: it was "
        "detached, computed under no_grad, made anew (`torch.tensor(…)`), or the input never "
        "asked (`requires_grad_()`, before the network is called on it).",
    ),
    Lesson(
        "input_without_gradient",
        "RuntimeError",
        r"One of the differentiated Tensors does not require grad",
        "You ask for a gradient with respect to a tensor that does not ask for one: call "
        "`requires_grad_()` on it before the network is called.",
    ),
    Lesson(
        "input_not_used",
        "RuntimeError",
        r"appears to not have been used in the graph",
        "The tensor you differentiate by is not the one the network was called on (perhaps a "
        "copy, a reshaped version, or one that was replaced in between), so the scores do not "
        "depend on it. `allow_unused=True`, which torch suggests, would only hide this.",
    ),
    Lesson(
        "numpy_of_gradient",
        "RuntimeError",
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy cannot take a tensor that carries a gradient. Stay with torch's own functions, so "
        "that the gradient can flow.",
    ),
    Lesson(
        "tuple_not_indexed",
        "",
        r"'tuple' object has no attribute|must be Tensor, not tuple|got \(tuple"
        r"|unsupported operand type\(s\) for .*'tuple'|bad operand type .*'tuple'",
        "A tuple stands in this line where a tensor or an array is needed. `torch.autograd.grad`, "
        "for one, returns a tuple even for a single input: its first entry, `[0]`, is the "
        "gradient.",
    ),
    Lesson(
        "images_only",
        "ValueError",
        r"not enough values to unpack \(expected [34], got",
        "Your function unpacks the shape of a batch of images, and this batch has fewer axes. It "
        "must work for samples of any shape: `x.shape[0]`, `x.flatten(1)`.",
        r"shape|size\(\)",
    ),
    Lesson(
        "flat_only",
        "ValueError",
        r"too many values to unpack \(expected 2",
        "Your function unpacks the shape of flat data, and this batch has more axes. It must "
        "work for samples of any shape: `x.shape[0]`, `x.flatten(1)`.",
        r"shape|size\(\)",
    ),
    Lesson(
        "root_not_a_pair",
        "",
        r"too many values to unpack|not enough values to unpack|cannot unpack non-iterable",
        "This line expects `scipy.linalg.sqrtm` to return a pair. Whether it does depends on the "
        "version of SciPy and on `disp`: take the root alone, `root = sqrtm(a)`.",
        r"sqrtm",
    ),
    Lesson(
        "labels_of_other_shape",
        "ValueError",
        r"Using a target size .* that is different to the input size"
        r"|Target size .* must be the same as input size",
        "The labels have another shape than the scores, for instance (n,) against (n, 1). Make "
        "them with `torch.ones_like(scores)` and `torch.zeros_like(scores)`, whatever the shape.",
    ),
    Lesson(
        "cross_entropy_outside_unit_interval",
        "RuntimeError",
        r"all elements of (?:input|target) should be between 0 and 1",
        "`binary_cross_entropy` takes probabilities, and these are logits. The variant "
        "`binary_cross_entropy_with_logits` takes logits as they are.",
    ),
    Lesson(
        "torch_function_on_array",
        "TypeError",
        r"must be Tensor, not (?:numpy\.ndarray|float|int|numpy\.float64|list)",
        "This function of torch takes tensors, and it was handed something else. For NumPy arrays "
        "and Python numbers use NumPy's functions, or make a tensor first (`torch.as_tensor`).",
    ),
    Lesson(
        "backward_on_number",
        "AttributeError",
        r"'(?:float|int|numpy\.float64|numpy\.float32|ndarray)' object has no attribute 'backward'",
        "backward() belongs to a tensor, and this is a plain number: somewhere on the way the "
        "value left torch (`.item()`, `float(…)`, NumPy), and the gradient with it.",
    ),
    Lesson(
        "list_arithmetic",
        "TypeError",
        r"unsupported operand type\(s\) for .*'list'|can't multiply sequence by non-int",
        "One cannot reckon with a list as with a vector: make an array of it first "
        "(`np.array(…)`, `torch.stack(…)`).",
    ),
    Lesson(
        "log_of_zero",
        "ValueError",
        r"math domain error|expected a (?:positive|nonnegative) input",
        "A logarithm or a root was asked of a number for which it does not exist: the logarithm "
        "of 0 or of a negative number, the root of a negative one. Which inputs lead there, and "
        "what should come out for them?",
    ),
    Lesson(
        "division_by_zero",
        "ZeroDivisionError",
        r"",
        "A division by 0. Which inputs lead there, and what should come out for them?",
    ),
    Lesson(
        "single_number_needed",
        "TypeError",
        r"only (?:length-1|0-dimensional|size-1) arrays can be converted",
        "A single number is needed in this line, and there is an array. (Functions of the module "
        "`math` and `float` take one number; `np.log`, `np.exp`, `np.sqrt` take arrays.)",
    ),
    Lesson(
        "single_number_needed",
        "",
        r"only one element tensors can be converted|elements cannot be converted to Scalar",
        "A single number is needed in this line, and there is a tensor with several.",
    ),
    Lesson(
        "truth_of_an_array",
        "ValueError",
        r"The truth value of an array with more than one element is ambiguous",
        "`if`, `and`, `or` and `not` need one True or False, and this is an array of them: say "
        "`.any()` or `.all()`, or choose entry by entry with `np.where` or a mask.",
    ),
    Lesson(
        "truth_of_an_array",
        "RuntimeError",
        r"Boolean value of Tensor with more than one value is ambiguous",
        "`if`, `and`, `or` and `not` need one True or False, and this is a tensor of them: say "
        "`.any()` or `.all()`, or choose entry by entry with `torch.where` or a mask.",
    ),
    Lesson(
        "name_not_defined",
        "NameError",
        r"name '(\w+)' is not defined",
        "`{0}` is defined nowhere: a spelling mistake, a missing import, or a cell that has not "
        "been run.",
    ),
    Lesson(
        "used_before_assignment",
        "UnboundLocalError",
        r"local variable '(\w+)'|free variable '(\w+)'",
        "`{0}` is used in your function before it has a value there. A name that is assigned "
        "anywhere in a function belongs to the function.",
    ),
    Lesson(
        "wrong_number_of_parameters",
        "TypeError",
        r"takes (?:from \d+ to )?\d+ positional arguments? but \d+ (?:was|were) given"
        r"|missing \d+ required positional argument",
        "The number of arguments does not fit: compare the call in the last line with the first "
        "line of the function that is called.",
    ),
    Lesson(
        "networks_swapped",
        "RuntimeError",
        r"takes (?:noise|samples), and was given (?:noise|samples)",
        "A network was called on what belongs to the other one: the generator makes samples of "
        "noise, and the critic (or discriminator) gives scores to samples. Have the two networks, "
        "or the real batch and the noise, changed places?",
    ),
    Lesson(
        "pairs_not_a_block",
        "",
        r"1-dimensional array given|shape mismatch: indexing arrays could not be broadcast",
        "Two lists of indices in one bracket, `m[a, b]`, take single entries: the first of `a` "
        "with the first of `b`, and so on. The block of all rows in `a` and all columns in `b` is "
        "`m[np.ix_(a, b)]`.",
        r"\[\s*\w+\s*,\s*\w+\s*\]",
    ),
    Lesson(
        "shapes_do_not_fit",
        "ValueError",
        r"operands could not be broadcast together|matmul: Input operand \d has a mismatch"
        r"|shapes .* not aligned",
        "Two arrays have shapes that do not fit together. Write down the shape of each side of "
        "the line, axis by axis from the right: equal, or one of them 1.",
    ),
    Lesson(
        "shapes_do_not_fit",
        "RuntimeError",
        r"The size of tensor a \(\d+\) must match the size of tensor b|mat1 and mat2 shapes cannot"
        r"|The expanded size of the tensor|^expand\(|is invalid for input of size"
        r"|Sizes of tensors must match",
        "Two tensors have shapes that do not fit together. Write down the shape of each side of "
        "the line, axis by axis from the right: equal, or one of them 1.",
    ),
    Lesson(
        "axis_out_of_range",
        "",
        r"Dimension out of range|axis -?\d+ is out of bounds",
        "The axis you name does not exist for this input; count the axes, beginning with 0.",
    ),
    Lesson(
        "too_many_indices",
        "IndexError",
        r"too many indices for (?:array|tensor)",
        "The array has fewer axes than you index.",
    ),
    Lesson(
        "view_of_strided",
        "RuntimeError",
        r"view size is not compatible with input tensor's size and stride",
        "`view` cannot rearrange this tensor without copying it; `reshape` or `flatten(1)` can.",
    ),
    Lesson(
        "mixed_precision",
        "RuntimeError",
        r"expected (?:m1 and m2|scalar type|both)? ?.*(?:same dtype|but found)"
        r"|must have the same dtype",
        "float32 and float64 meet here, perhaps because a NumPy array (float64) was turned into "
        "a tensor: give it the other's `dtype`.",
    ),
    Lesson(
        "none_used",
        "",
        r"'NoneType' object|unsupported operand type\(s\) for .*NoneType",
        "Something in this line is None: a function without a `return`, a method that works in "
        "place, or a gradient that was never computed.",
    ),
    Lesson(
        "matrix_not_positive_definite",
        "LinAlgError",
        r"not positive definite",
        "A Cholesky factor was asked of a matrix that has none, because it is not positive "
        "definite.",
    ),
    Lesson(
        "endless_recursion",
        "RecursionError",
        r"",
        "Your function calls itself without end.",
    ),
)


def lesson_of(fault: Fault) -> tuple[str, str] | None:
    """The name and the sentence for an error, or None where there is no lesson in it.

    Parameters
    ----------
    fault : Fault
        Of kind "crash".
    """
    for lesson in LESSONS:
        if lesson.error and lesson.error != fault.name:
            continue
        found = re.search(lesson.text, fault.text)
        if found and re.search(lesson.line, fault.where):
            return lesson.name, lesson.message.format(*filter(None, found.groups()))
    return None
