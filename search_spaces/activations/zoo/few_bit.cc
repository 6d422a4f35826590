#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

// The exact value with a slope of few levels, so that training stores few bits for each
// element: l_0 x plus (l_i - l_{i-1}) relu(x - b_i) has the level l_i between b_i and b_{i+1}.
std::vector<ZooRow> Backward() {
  return {
      {"regelu2", "ReGELU2",
       "surrogate(x * normal_cdf(x), -0.04922261145617846 * relu(x + 3.1858810036855245) + "
       "1.0979632065417297 * relu(x + 0.001178821281161997) - 0.048740595085551286 * relu(x - "
       "3.190832613414926))",
       "Yang et al. 2024 (LowMemoryBP)"},
      {"resilu2", "ReSiLU2",
       "surrogate(x * sigmoid(x), -0.04060357190528599 * relu(x + 6.3050461001646445) + "
       "1.080925428529668 * relu(x + 0.0008684942046214787) - 0.040321856624382146 * relu(x - "
       "6.325815242089708))",
       "Yang et al. 2024 (LowMemoryBP)"},
      {"few_bit_elu_1", "Few-bit backward (elu, 1 bit)",
       "surrogate(elu(x), 0.005051 * x + 0.993046 * relu(x + 0.690004))", "Novikov et al. 2022"},
      {"few_bit_elu_2", "Few-bit backward (elu, 2 bits)",
       "surrogate(elu(x), 0.001173 * x + 0.227136 * relu(x + 2.16495) + 0.342611 * relu(x + "
       "0.917246) + 0.428811 * relu(x + 0.241656))",
       "Novikov et al. 2022"},
      {"few_bit_elu_3", "Few-bit backward (elu, 3 bits)",
       "surrogate(elu(x), 0.000441 * x + 0.084361 * relu(x + 3.15389) + 0.126936 * relu(x + "
       "1.90858) + 0.158747 * relu(x + 1.23402) + 0.185236 * relu(x + 0.769795) + 0.208408 * "
       "relu(x + 0.415626) + 0.229262 * relu(x + 0.129242) + 0.006609 * relu(x - 1.08177))",
       "Novikov et al. 2022"},
      {"few_bit_gelu_1", "Few-bit backward (gelu, 1 bit)", "surrogate(gelu(x), relu(x + 4.2e-05))",
       "Novikov et al. 2022"},
      {"few_bit_gelu_2", "Few-bit backward (gelu, 2 bits)",
       "surrogate(gelu(x), -0.001481 * x + 0.326545 * relu(x + 0.453594) + 0.349884 * relu(x - "
       "1e-05) + 0.326532 * relu(x - 0.453608))",
       "Novikov et al. 2022"},
      {"few_bit_gelu_3", "Few-bit backward (gelu, 3 bits)",
       "surrogate(gelu(x), -0.000194 * x - 0.088085 * relu(x + 2.41658) + 0.213963 * relu(x + "
       "0.710008) + 0.24663 * relu(x + 0.325841) + 0.255537 * relu(x - 0.000107) + 0.2466 * relu(x "
       "- 0.326057) + 0.213899 * relu(x - 0.710241) - 0.08816 * relu(x - 2.41448))",
       "Novikov et al. 2022"},
      {"few_bit_hardswish_1", "Few-bit backward (hardswish, 1 bit)",
       "surrogate(hard_swish(x), relu(x - 5e-05))", "Novikov et al. 2022"},
      {"few_bit_hardswish_2", "Few-bit backward (hardswish, 2 bits)",
       "surrogate(hard_swish(x), -0.003378 * x + 0.335599 * relu(x + 1.00673) + 0.335586 * relu(x "
       "- 5.7e-05) + 0.335573 * relu(x - 1.00679))",
       "Novikov et al. 2022"},
      {"few_bit_hardswish_3", "Few-bit backward (hardswish, 3 bits)",
       "surrogate(hard_swish(x), -0.333333 * relu(x + 3) + 0.333333 * relu(x + 2) + 0.333333 * "
       "relu(x + 1) + 0.333334 * relu(x) + 0.333333 * relu(x - 1) + 0.33333 * relu(x - 2) - "
       "0.33333 * relu(x - 3))",
       "Novikov et al. 2022"},
      {"few_bit_logsigmoid_1", "Few-bit backward (logsigmoid, 1 bit)",
       "surrogate(log_sigmoid(x), 0.993068 * x - 0.986137 * relu(x - 0.000148))",
       "Novikov et al. 2022"},
      {"few_bit_logsigmoid_2", "Few-bit backward (logsigmoid, 2 bits)",
       "surrogate(log_sigmoid(x), 0.998276 * x - 0.308323 * relu(x + 1.68911) - 0.37998 * relu(x - "
       "0.000169) - 0.30825 * relu(x - 1.68951))",
       "Novikov et al. 2022"},
      {"few_bit_logsigmoid_3", "Few-bit backward (logsigmoid, 3 bits)",
       "surrogate(log_sigmoid(x), 0.999461 * x - 0.100993 * relu(x + 2.9234) - 0.144462 * relu(x + "
       "1.55929) - 0.166689 * relu(x + 0.711228) - 0.17373 * relu(x + 0.001849) - 0.166845 * "
       "relu(x - 0.707391) - 0.144768 * relu(x - 1.55495) - 0.101432 * relu(x - 2.91769))",
       "Novikov et al. 2022"},
      {"few_bit_mish_1", "Few-bit backward (mish, 1 bit)",
       "surrogate(mish(x), -0.000863 * x + 1.000158 * relu(x + 0.15675))", "Novikov et al. 2022"},
      {"few_bit_mish_2", "Few-bit backward (mish, 2 bits)",
       "surrogate(mish(x), -0.002803 * x + 0.31748 * relu(x + 0.760447) + 0.354685 * relu(x + "
       "0.167947) + 0.331748 * relu(x - 0.396575))",
       "Novikov et al. 2022"},
      {"few_bit_mish_3", "Few-bit backward (mish, 3 bits)",
       "surrogate(mish(x), -0.000532 * x - 0.0763 * relu(x + 4.47029) + 0.193559 * relu(x + "
       "1.12164) + 0.233575 * relu(x + 0.602767) + 0.249209 * relu(x + 0.194708) + 0.244328 * "
       "relu(x - 0.195086) + 0.211271 * relu(x - 0.647703) - 0.05492 * relu(x - 2.79129))",
       "Novikov et al. 2022"},
      {"few_bit_selu_1", "Few-bit backward (selu, 1 bit)",
       "surrogate(selu(x), 0.005343 * x + 1.045027 * relu(x + 1.20317))", "Novikov et al. 2022"},
      {"few_bit_selu_2", "Few-bit backward (selu, 2 bits)",
       "surrogate(selu(x), 0.0029 * x + 0.871501 * relu(x + 1.82065) + 0.176299 * relu(x - "
       "0.672435))",
       "Novikov et al. 2022"},
      {"few_bit_selu_3", "Few-bit backward (selu, 3 bits)",
       "surrogate(selu(x), 0.001084 * x + 0.303458 * relu(x + 2.81427) + 0.461724 * relu(x + "
       "0.968381) + 0.154636 * relu(x + 0.698598) + 0.303718 * relu(x + 0.595556) - 0.17392 * "
       "relu(x - 0.342733))",
       "Novikov et al. 2022"},
      {"few_bit_sigmoid_1", "Few-bit backward (sigmoid, 1 bit)",
       "surrogate(sigmoid(x), 0.009465 * x - 0.009362 * relu(x - 4.60867))", "Novikov et al. 2022"},
      {"few_bit_sigmoid_2", "Few-bit backward (sigmoid, 2 bits)",
       "surrogate(sigmoid(x), 0.001131 * x + 0.194753 * relu(x + 2.08279) - 0.111714 * relu(x - "
       "1.59709) - 0.083713 * relu(x - 3.07125))",
       "Novikov et al. 2022"},
      {"few_bit_sigmoid_3", "Few-bit backward (sigmoid, 3 bits)",
       "surrogate(sigmoid(x), 0.000215 * x + 0.039808 * relu(x + 3.8595) + 0.056859 * relu(x + "
       "2.52744) + 0.065547 * relu(x + 1.71036) + 0.065959 * relu(x + 1.01313) - 0.087712 * relu(x "
       "- 1.13014) - 0.08189 * relu(x - 2.0669) - 0.05847 * relu(x - 3.45964))",
       "Novikov et al. 2022"},
      {"few_bit_silu_1", "Few-bit backward (silu, 1 bit)", "surrogate(silu(x), relu(x))",
       "Novikov et al. 2022"},
      {"few_bit_silu_2", "Few-bit backward (silu, 2 bits)",
       "surrogate(silu(x), -0.002413 * x + 0.324708 * relu(x + 0.743275) + 0.355433 * relu(x - "
       "2.9e-05) + 0.324682 * relu(x - 0.743318))",
       "Novikov et al. 2022"},
      {"few_bit_silu_3", "Few-bit backward (silu, 3 bits)",
       "surrogate(silu(x), -0.00048 * x - 0.069016 * relu(x + 4.60041) + 0.150282 * relu(x + "
       "1.25303) + 0.179529 * relu(x + 0.715597) + 0.192744 * relu(x + 0.290676) + 0.195144 * "
       "relu(x - 0.10143) + 0.187413 * relu(x - 0.504416) + 0.167074 * relu(x - 0.972227))",
       "Novikov et al. 2022"},
      {"few_bit_softplus_1", "Few-bit backward (softplus, 1 bit)",
       "surrogate(softplus(x), 0.006932 * x + 0.986137 * relu(x - 0.000148))",
       "Novikov et al. 2022"},
      {"few_bit_softplus_2", "Few-bit backward (softplus, 2 bits)",
       "surrogate(softplus(x), 0.001724 * x + 0.308323 * relu(x + 1.68911) + 0.37998 * relu(x - "
       "0.000169) + 0.30825 * relu(x - 1.68951))",
       "Novikov et al. 2022"},
      {"few_bit_softplus_3", "Few-bit backward (softplus, 3 bits)",
       "surrogate(softplus(x), 0.000539 * x + 0.100993 * relu(x + 2.92339) + 0.144463 * relu(x + "
       "1.55929) + 0.166689 * relu(x + 0.711224) + 0.17373 * relu(x + 0.001845) + 0.166845 * "
       "relu(x - 0.707395) + 0.144768 * relu(x - 1.55495) + 0.101431 * relu(x - 2.91769))",
       "Novikov et al. 2022"},
      {"few_bit_softsign_1", "Few-bit backward (softsign, 1 bit)",
       "surrogate(softsign(x), 0.017411 * x - 0.016273 * relu(x - 7.70289))",
       "Novikov et al. 2022"},
      {"few_bit_softsign_2", "Few-bit backward (softsign, 2 bits)",
       "surrogate(softsign(x), 0.005314 * x + 0.565512 * relu(x + 0.863163) - 0.376413 * relu(x - "
       "0.61665) - 0.191301 * relu(x - 2.1817))",
       "Novikov et al. 2022"},
      {"few_bit_softsign_3", "Few-bit backward (softsign, 3 bits)",
       "surrogate(softsign(x), 0.002037 * x + 0.080288 * relu(x + 3.86047) + 0.155539 * relu(x + "
       "1.49914) + 0.23102 * relu(x + 0.682212) + 0.306523 * relu(x + 0.267809) - 0.383916 * "
       "relu(x - 0.309178) - 0.257607 * relu(x - 0.951102) - 0.131298 * relu(x - 2.82816))",
       "Novikov et al. 2022"},
      {"few_bit_tanh_1", "Few-bit backward (tanh, 1 bit)",
       "surrogate(tanh(x), 0.019381 * x - 0.019313 * relu(x - 2.85668))", "Novikov et al. 2022"},
      {"few_bit_tanh_2", "Few-bit backward (tanh, 2 bits)",
       "surrogate(tanh(x), 0.002229 * x + 0.780618 * relu(x + 1.04384) - 0.447541 * relu(x - "
       "0.79997) - 0.334413 * relu(x - 1.53978))",
       "Novikov et al. 2022"},
      {"few_bit_tanh_3", "Few-bit backward (tanh, 3 bits)",
       "surrogate(tanh(x), 0.000412 * x + 0.157459 * relu(x + 1.94109) + 0.227329 * relu(x + "
       "1.26892) + 0.263005 * relu(x + 0.857945) + 0.265089 * relu(x + 0.507817) - 0.351278 * "
       "relu(x - 0.565703) - 0.327768 * relu(x - 1.03474) - 0.233632 * relu(x - 1.73335))",
       "Novikov et al. 2022"},
      {"few_bit_tanhshrink_1", "Few-bit backward (tanhshrink, 1 bit)",
       "surrogate(x - tanh(x), 0.980707 * x + 0.018982 * relu(x - 2.08471))",
       "Novikov et al. 2022"},
      {"few_bit_tanhshrink_2", "Few-bit backward (tanhshrink, 2 bits)",
       "surrogate(x - tanh(x), 0.997771 * x - 0.780619 * relu(x + 1.04384) + 0.447536 * relu(x - "
       "0.799965) + 0.334419 * relu(x - 1.53976))",
       "Novikov et al. 2022"},
      {"few_bit_tanhshrink_3", "Few-bit backward (tanhshrink, 3 bits)",
       "surrogate(x - tanh(x), 0.999588 * x - 0.157434 * relu(x + 1.94121) - 0.227327 * relu(x + "
       "1.26898) - 0.263015 * relu(x + 0.857977) - 0.265103 * relu(x + 0.507831) + 0.351277 * "
       "relu(x - 0.565706) + 0.327767 * relu(x - 1.03474) + 0.233631 * relu(x - 1.73336))",
       "Novikov et al. 2022"},
  };
}

}  // namespace actsearch::activations::zoo
