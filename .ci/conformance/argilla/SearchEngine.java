import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.common.settings.Setting;
import org.opensearch.plugins.Plugin;

/** One node of OpenSearch on loopback, for Argilla. Arguments: the folder of its data, its port. */
public class SearchEngine {
	/** Argilla sets this on each index. It is of a plugin for vectors, which is not here and not needed. */
	public static class VectorSetting extends Plugin {
		@Override
		public List<Setting<?>> getSettings() {
			return List.of(Setting.boolSetting("index.knn", false, Setting.Property.IndexScope));
		}
	}

	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[1]);
		OpenSearchRunner node = new OpenSearchRunner();
		node.onBuild((number, settings) -> {
			settings.put("discovery.type", "single-node");
			settings.put("network.host", "127.0.0.1");
			settings.put("http.port", port);
			settings.put("transport.port", port + 1);
			settings.put("node.store.allow_mmap", false);
			settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
		});
		node.build(OpenSearchRunner.newConfigs().basePath(args[0]).numOfNode(1).clusterName("conformance").useLogger()
				.pluginTypes(VectorSetting.class.getName()).build());
		node.ensureYellow();
		new CountDownLatch(1).await(); // until it is killed
	}
}
