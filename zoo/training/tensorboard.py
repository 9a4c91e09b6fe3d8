"""A run in TensorBoard, epoch by epoch: curves, outputs beside references, attention maps."""

import pathlib
import tempfile

import keras
import tensorflow as tf

from zoo.data.front_ends.front_end import FrontEnd
from zoo.decoding import Greedy, generate
from zoo.errors import ZooError
from zoo.evaluation.alignment import draw_alignment
from zoo.text.attention import attention_of

MAPS = 3  # attention maps per epoch


class TensorBoard(keras.callbacks.Callback):
    """Writes what `tensorboard --logdir FOLDER` shows while a run trains.

    Args:
        task: `Task`, whose first validation examples are decoded greedily after each epoch.
        folder: path, such as that of the run.
        samples: int, number of examples.
        jit: bool, False decodes eagerly.

    Raises:
        ZooError: the package tensorboard is not installed.
    """

    def __init__(self, task, folder, samples=8, jit=True):
        super().__init__()
        try:
            import tensorboard  # noqa: F401, which tf.summary needs
        except ImportError:
            raise ZooError(
                "curves for TensorBoard need tensorboard: pip install 'seq2seq-zoo[tensorboard]'"
            ) from None
        self.task = task
        self.examples = task.examples("validation")[:samples]
        self.jit = jit
        self.folder = str(pathlib.Path(folder) / "tensorboard")

    def on_train_begin(self, logs=None):
        """Opens the file, once the run's folder is rid of an earlier run."""
        self.writer = tf.summary.create_file_writer(self.folder)

    def on_epoch_end(self, epoch, logs=None):
        """Writes an epoch, counted from 0."""
        source, target = self.task.source_tokenizer, self.task.target_tokenizer
        sources = source.encode_batch([example.source for example in self.examples])
        best = generate(self.model, sources, Greedy(), self.task.max_target_length, jit=self.jit)
        found = [hypotheses[0] for hypotheses in best]
        rows = [
            f"| {x.source} | {target.decode(y.ids)} | {' / '.join(x.references)} |"
            for x, y in zip(self.examples, found)
        ]
        with self.writer.as_default(step=epoch + 1):
            for name, value in (logs or {}).items():
                if name != "epoch":
                    tf.summary.scalar(name, value)
            table = ["| source | output | references |", "| --- | --- | --- |", *rows]
            tf.summary.text("outputs", "\n".join(table))
            if self.model.attentive:
                for i, (ids, output) in enumerate(zip(sources[:MAPS], found)):
                    end = [self.model.end_id] if output.ended else []
                    picture = self.attention_map(ids, [*output.ids, *end])
                    tf.summary.image(f"attention/{i + 1}", picture)
        self.writer.flush()

    def attention_map(self, source, target):
        """The picture of an output's attention, uint8 [1, height, width, 4]."""
        found = attention_of(
            self.model, source, target, self.task.source_tokenizer, self.task.target_tokenizer
        )
        front_end = self.task.source_tokenizer
        picture = front_end.picture(source) if isinstance(front_end, FrontEnd) else None
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "map.png"
            draw_alignment(*found, path, picture=picture)
            return tf.io.decode_png(path.read_bytes(), channels=4)[None]
