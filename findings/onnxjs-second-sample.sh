#!/usr/bin/env bash
# A batch of two equal images through a convolution in onnxjs, on its CPU backend.
#
# Guess: the samples of a batch do not know of each other, so two equal samples give two equal results; or a batch is refused.
# Seen: only the first sample is convolved. The result has the right shape for both, and the second is the bias everywhere.
# Version: onnxjs 0.1.8 (npm).
# Why it matters here: batches of samples are how two networks are compared by testing. Beyond the first sample all networks with
# equal biases agree here.
# Source: ONNX operator Conv: the first axis of input and output is the batch.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > npm.log
npm install --silent --no-audit --no-fund onnxjs@0.1.8 onnx-proto@4.0.4 >> npm.log 2>&1 || { cat npm.log; exit 1; }
cat > probe.cjs <<'END'
const onnx = require('onnxjs');
const proto = require('onnx-proto').onnx;

const info = (name, dims) => ({
  name, type: {tensorType: {elemType: 1, shape: {dim: dims.map(d => ({dimValue: d}))}}},
});
const model = proto.ModelProto.encode(proto.ModelProto.create({
  irVersion: 4, opsetImport: [{domain: '', version: 9}],
  graph: {
    name: 'g',
    node: [{opType: 'Conv', input: ['x', 'w', 'b'], output: ['y'], attribute: [{name: 'kernel_shape', type: 7, ints: [2, 2]}]}],
    initializer: [{name: 'w', dataType: 1, dims: [1, 1, 2, 2], floatData: [1, 1, 1, 1]},
                  {name: 'b', dataType: 1, dims: [1], floatData: [0.5]}],
    input: [info('x', [2, 1, 2, 2]), info('w', [1, 1, 2, 2]), info('b', [1])], output: [info('y', [2, 1, 1, 1])],
  },
})).finish();

(async () => {
  const session = new onnx.InferenceSession({backendHint: 'cpu'});
  await session.loadModel(new Uint8Array(model));
  const x = new onnx.Tensor(new Float32Array([1, 2, 3, 4, 1, 2, 3, 4]), 'float32', [2, 1, 2, 2]);
  const y = Array.from((await session.run([x])).values().next().value.data);
  console.log('versions:  onnxjs', require('onnxjs/package.json').version);
  console.log('expected:  10.5 and 10.5');
  console.log('seen:     ', y.join(' and '));
  const same = y.length === 2 && y[0] === 10.5 && y[1] === 0.5;
  console.log(same ? 'the surprise is still there' : 'BEHAVIOUR HAS CHANGED');
  process.exit(same ? 0 : 1);
})().catch(error => { console.log('BEHAVIOUR HAS CHANGED:', error.message); process.exit(1); });
END
node probe.cjs 2> node.log || { code=$?; cat node.log; exit $code; }
